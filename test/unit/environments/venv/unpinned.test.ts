import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isUnpinned, unpinnedHint } from '../../../../src/environments/venv/unpinned.ts';

const site = join(mkdtempSync(join(tmpdir(), 'parallelrun-unpinned-')), 'lib/python3.11/site-packages');
mkdirSync(join(site, 'mlflow-3.17.0.dist-info'), { recursive: true });
const stack = (...frames: string[]) =>
  `${frames.map((file) => `  File "${file}", line 7, in f\n    f()\n`).join('')}ValueError: File "/x/site-packages/numpy", line 3`;
const recipe = (...lines: string[]) => ({
  wishes: lines.map((line, index) => ({ line, from: { text: line, place: `conda.yaml:${index + 1}` } })),
  leftOut: [],
});

test('an error out of a package without a version says which was taken, and what to do', () => {
  const hint = unpinnedHint(recipe('numpy==1.26', 'mlflow'), [stack('score.py'), stack('score.py', `${site}/mlflow/sklearn/__init__.py`)]);
  expect(hint).toMatch(/^The error comes out of mlflow 3\.17\.0: conda\.yaml:2 asks for "mlflow", so the newest was taken\./);
  expect(hint).toContain('--packages-as-of');
});

test.each([
  ['the script raised it', recipe('mlflow'), stack(`${site}/mlflow/a.py`, 'score.py')],
  ['the package has a version', recipe('mlflow<3'), stack(`${site}/mlflow/a.py`)],
  ['nobody asked for the package', recipe('pandas'), stack(`${site}/mlflow/a.py`)],
])('nothing is said where %s', (_, wishes, raised) => {
  expect(unpinnedHint(wishes, [raised])).toBeUndefined();
});

test.each([
  ['mlflow', true],
  ['azureml-dataset-runtime[pandas,fuse]', true],
  ["pandas ; python_version > '3'", true],
  ['mlflow~=2.1', false],
  ['mlflow @ file:///a', false],
  ['-r more.txt', false],
])('%s names no version: %s', (line, is) => {
  expect(isUnpinned(line)).toBe(is);
});
