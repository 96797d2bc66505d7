import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findHome } from '../../../src/store/home.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('the variable decides, relative to the working directory', () => {
  expect(findHome({ PARALLELRUN_HOME: '/some/where' }, '/work')).toBe('/some/where');
  expect(findHome({ PARALLELRUN_HOME: 'runs' }, '/project')).toBe('/project/runs');
});

test('else the nearest .parallelrun folder above, which a file of that name is not', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '.parallelrun'));
  mkdirSync(join(folder, 'a', 'b'), { recursive: true });
  writeFileSync(join(folder, 'a', '.parallelrun'), '');
  expect(findHome({}, join(folder, 'a', 'b'))).toBe(join(folder, '.parallelrun'));
});

test("else the user's home", () => {
  expect(findHome({ PARALLELRUN_HOME: '' }, '/')).toBe(join(homedir(), '.parallelrun'));
});
