import { readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyTree, makeFolder } from '../../../src/os/files.ts';
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

test('a folder is made with those above it, and left as it is where it stands already', () => {
  const folder = folderWith({ 'a/x': '1' });
  const deep = join(folder, 'a', 'b', 'c');
  makeFolder(deep, 0o700);
  makeFolder(deep);
  expect(statSync(deep).mode & 0o777).toBe(0o700);
  expect(() => makeFolder(join(folder, 'a', 'x'))).toThrow('EEXIST');
  expect(() => makeFolder(join(folder, 'a', 'x', 'y'))).toThrow('ENOTDIR');
});

test.runIf(process.platform === 'linux')('a place where nobody can make anything is refused', () => {
  expect(() => makeFolder('/proc/parallelrun/a/b')).toThrow("ENOENT: no such file or directory, mkdir '/proc/parallelrun'");
});
