import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyTree } from '../../../src/os/files.ts';
import { folderWith } from '../../support/job-files.ts';

test('a folder is copied with everything in it', () => {
  const folder = folderWith({ 'a/x': '1', 'a/b/y': '2' });
  symlinkSync('x', join(folder, 'a', 'link'));
  copyTree(join(folder, 'a'), join(folder, 'c'), { dereference: true });
  expect(['x', 'b/y', 'link'].map((file) => readFileSync(join(folder, 'c', file), 'utf8'))).toEqual(['1', '2', '1']);
});

test('where the system refuses, an error is thrown and the process lives', () => {
  const folder = folderWith({ 'a/b/y': '2', 'c/b': 'a file where a folder must be' });
  expect(() => copyTree(join(folder, 'a'), join(folder, 'c'))).toThrow();
  expect(() => copyTree(join(folder, 'a'), '/proc/parallelrun')).toThrow();
});
