import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atOnce } from '../../../../src/pipeline/code/file-by-file.ts';
import { findingChanges, type Snapshot, takeSnapshot } from '../../../../src/pipeline/code/snapshot.ts';
import { jobLayout } from '../../../../src/store/layout.ts';
import { folderWith } from '../../../support/job-files.ts';

const code = (path: string, ...additionalIncludes: string[]) => ({ path, additionalIncludes });

const changes = (snapshot: Snapshot, spec: ReturnType<typeof code>, exclude: readonly string[]) =>
  atOnce(findingChanges(snapshot, spec, exclude));

function stepIn(folder: string) {
  return jobLayout(join(folder, 'home'), 'job').step('main');
}

test('code is copied without what .amlignore leaves out, which wins over .gitignore', () => {
  const folder = folderWith({
    'src/a.py': 'a',
    'src/sub/b.py': 'b',
    'src/sub/big.bin': 'x',
    'src/data/c.csv': 'c',
    'src/.amlignore': '*.bin\n/data/\n',
    'src/.gitignore': '*.py\n',
    'src/__pycache__/a.pyc': 'cache',
    'src/.git/HEAD': 'ref',
  });
  const layout = stepIn(folder);
  const snapshot = takeSnapshot(code(join(folder, 'src')), layout, []);
  expect(Object.keys(snapshot)).toEqual(['.amlignore', '.gitignore', 'a.py', 'sub/b.py']);
  expect(readdirSync(layout.code, { recursive: true }).sort()).toEqual(['.amlignore', '.gitignore', 'a.py', 'outputs', 'sub', 'sub/b.py']);
  expect(snapshot['a.py']).not.toBe(snapshot['sub/b.py']);
});

test('.gitignore counts where there is no .amlignore', () => {
  const folder = folderWith({ 'src/a.py': 'a', 'src/b.log': 'b', 'src/.gitignore': '*.log\n' });
  expect(Object.keys(takeSnapshot(code(join(folder, 'src')), stepIn(folder), []))).toEqual(['.gitignore', 'a.py']);
});

test('a single file, additional includes beside it, and nothing at all', () => {
  const folder = folderWith({ 'src/a.py': 'a', 'shared/lib/x.py': 'x', 'shared/y.py': 'y' });
  const layout = stepIn(folder);
  const includes = [join(folder, 'shared/lib'), join(folder, 'shared/y.py')];
  expect(Object.keys(takeSnapshot(code(join(folder, 'src/a.py'), ...includes), layout, []))).toEqual(['a.py', 'lib/x.py', 'y.py']);
  expect(readFileSync(join(layout.code, 'lib/x.py'), 'utf8')).toBe('x');
  const empty = jobLayout(join(folder, 'home'), 'job').step('empty');
  expect(takeSnapshot(undefined, empty, [])).toEqual({});
  expect(readdirSync(empty.code)).toEqual(['outputs']);
});

test('a snapshot that is whole stays as it is; one that was cut short is taken anew', () => {
  const folder = folderWith({ 'src/a.py': 'first' });
  const layout = stepIn(folder);
  takeSnapshot(code(join(folder, 'src')), layout, []);
  writeFileSync(join(folder, 'src/a.py'), 'second');
  takeSnapshot(code(join(folder, 'src')), layout, []);
  expect(readFileSync(join(layout.code, 'a.py'), 'utf8')).toBe('first');
  rmSync(layout.snapshot);
  writeFileSync(join(layout.code, 'left.py'), 'of the copy that was cut short');
  takeSnapshot(code(join(folder, 'src')), layout, []);
  expect(readFileSync(join(layout.code, 'a.py'), 'utf8')).toBe('second');
  expect(existsSync(join(layout.code, 'left.py'))).toBe(false);
});

test('copies that a loss of power has emptied are made again, or told where the code has changed since', () => {
  const folder = folderWith({ 'src/a.py': 'first', 'src/empty.py': '', 'src/b.py': 'b' });
  const layout = stepIn(folder);
  const before = takeSnapshot(code(join(folder, 'src')), layout, []);
  writeFileSync(join(layout.code, 'a.py'), '');
  writeFileSync(join(layout.code, 'b.py'), 'mended by hand');
  expect(takeSnapshot(code(join(folder, 'src')), layout, [])).toEqual(before);
  expect(readFileSync(join(layout.code, 'a.py'), 'utf8')).toBe('first');
  expect(readFileSync(join(layout.code, 'b.py'), 'utf8')).toBe('mended by hand');
  writeFileSync(join(layout.code, 'a.py'), '');
  writeFileSync(join(folder, 'src/a.py'), 'second');
  expect(() => takeSnapshot(code(join(folder, 'src')), layout, [])).toThrow(
    `${join(layout.code, 'a.py')}: The job's copy of this file is empty`,
  );
});

test('links are followed; one that leads nowhere or in a circle is left out, and so is the home', () => {
  const folder = folderWith({ 'src/a.py': 'a', 'elsewhere/b.py': 'b', 'src/home/jobs/other.txt': 'x' });
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'src/linked'));
  symlinkSync(join(folder, 'missing'), join(folder, 'src/broken'));
  symlinkSync(join(folder, 'src'), join(folder, 'src/again'));
  const snapshot = takeSnapshot(code(join(folder, 'src')), stepIn(folder), [join(folder, 'src/home')]);
  expect(Object.keys(snapshot)).toEqual(['a.py', 'linked/b.py']);
});

test('packages beside the code or above it are found from the snapshot', () => {
  const folder = folderWith({ 'src/deep/a.ts': 'a', 'node_modules/p/index.js': 'p' });
  const layout = stepIn(folder);
  takeSnapshot(code(join(folder, 'src/deep')), layout, []);
  expect(readFileSync(join(layout.code, 'node_modules/p/index.js'), 'utf8')).toBe('p');
});

test('code that is not there is said by name', () => {
  const folder = folderWith({});
  mkdirSync(join(folder, 'home'));
  expect(() => takeSnapshot(code(join(folder, 'gone')), stepIn(folder), [])).toThrow(`The code ${join(folder, 'gone')} is not there`);
});

test('what has changed in the code since is told by name; code that is gone is not', () => {
  const folder = folderWith({
    'src/a.py': 'a',
    'src/b.py': 'b',
    'src/c.py': 'c',
    'src/x.log': 'x',
    'src/.amlignore': '*.log\n',
    'lib/d.py': 'd',
  });
  const spec = code(join(folder, 'src'), join(folder, 'lib'));
  const snapshot = takeSnapshot(spec, stepIn(folder), []);
  expect(changes(snapshot, spec, [])).toEqual([]);
  writeFileSync(join(folder, 'src/a.py'), 'A');
  writeFileSync(join(folder, 'src/x.log'), 'y');
  writeFileSync(join(folder, 'lib/e.py'), 'e');
  rmSync(join(folder, 'src/c.py'));
  expect(changes(snapshot, spec, [])).toEqual(['a.py', 'c.py', 'lib/e.py']);
  for (const gone of ['src', 'lib']) rmSync(join(folder, gone), { recursive: true });
  expect(changes(snapshot, spec, [])).toEqual([]);
});
