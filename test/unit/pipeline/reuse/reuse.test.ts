import { rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differencesOf } from '../../../../src/pipeline/reuse/explain.ts';
import { hashFile, hashValue } from '../../../../src/pipeline/reuse/hash.ts';
import { definitionOf, definitionParts } from '../../../../src/pipeline/reuse/parts.ts';
import { contents, scan } from '../../../../src/pipeline/reuse/tree.ts';
import { folderWith } from '../../../support/job-files.ts';
import { commandStep } from '../../../support/specs.ts';

test('a value hashes alike whatever the order of its keys, and otherwise when it differs', () => {
  expect(hashValue({ a: 1, b: [{ d: 2, c: 3 }], e: undefined })).toBe(hashValue({ b: [{ c: 3, d: 2 }], a: 1 }));
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.jsonValue(),
      (a, b) => (hashValue(a) === hashValue(b)) === (JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))),
    ),
  );
});

/** By another way than the code: a value with its keys in order, recursively. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return {
    object: Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  };
}

test('files of any size hash by all of their bytes', () => {
  const folder = folderWith({ small: 'abc', empty: '', large: 'x'.repeat(600_000), other: `${'x'.repeat(599_999)}y` });
  const hash = (name: string) => hashFile(join(folder, name));
  expect(hash('small')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(hash('empty')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hash('large')).not.toBe(hash('other'));
});

test('a scan tells every change of names, sizes and times; the content tells names and bytes alone', () => {
  const folder = folderWith({ 'in/a.txt': 'a', 'in/deep/b.txt': 'b' });
  const at = join(folder, 'in');
  const content = () => contents(at, '{}').content;
  const [stat, bytes] = [scan(at).stat, content()];
  expect(scan(at)).toMatchObject({ stat, files: 2, bytes: 2 });
  utimesSync(join(at, 'a.txt'), 1, 1);
  expect(scan(at).stat).not.toBe(stat);
  expect(content()).toBe(bytes);
  writeFileSync(join(at, 'deep/b.txt'), 'c');
  expect(content()).not.toBe(bytes);
  writeFileSync(join(at, 'deep/b.txt'), 'b');
  expect(content()).toBe(bytes);
  writeFileSync(join(at, 'new.txt'), '');
  expect(content()).not.toBe(bytes);
});

test('the place of a folder does not count; a single file counts by its bytes', () => {
  const folder = folderWith({ 'one/a.txt': 'a', 'two/a.txt': 'a', 'b.txt': 'a' });
  expect(contents(join(folder, 'one'), '{}').content).toBe(contents(join(folder, 'two'), '{}').content);
  expect(contents(join(folder, 'one/a.txt'), '{}').content).toBe(contents(join(folder, 'b.txt'), '{}').content);
  rmSync(join(folder, 'b.txt'));
  expect(scan(join(folder, 'b.txt')).stat).toBeUndefined();
});

test('a link in a circle ends; what is known by size and times is not read again', () => {
  const folder = folderWith({ 'in/a.txt': 'a', 'in/b.txt': 'b' });
  const at = join(folder, 'in');
  symlinkSync(at, join(at, 'again'));
  expect(scan(at).files).toBe(2);
  const first = contents(at, '{}');
  const listing = JSON.parse(first.listing);
  // Written just now: it could be written again within the same tick, so it is not trusted.
  expect(listing['a.txt'][0]).toBe(-1);
  const { size, mtimeMs, ctimeMs } = { size: 1, mtimeMs: listing['a.txt'][1], ctimeMs: listing['a.txt'][2] };
  const told = JSON.stringify({ 'a.txt': [size, mtimeMs, ctimeMs, 'a hash that reading would not give'] });
  expect(contents(at, told).content).not.toBe(first.content);
});

test('what makes a result differ makes the definition differ, and the difference is told', () => {
  const parts = (command: string, variables = {}, snapshot = { 'a.py': '1'.repeat(64) }, word = 'x') =>
    definitionParts(
      commandStep(command, { environmentVariables: variables }),
      snapshot,
      [{ kind: 'literal', name: 'word', value: word }],
      'python',
    );
  const base = parts('run');
  expect(definitionOf(parts('run'))).toBe(definitionOf(base));
  const others = [
    parts('walk'),
    parts('run', { KEY: 'secret' }),
    parts('run', {}, { 'a.py': '2'.repeat(64) }),
    parts('run', {}, undefined, 'y'),
  ];
  for (const other of others) expect(definitionOf(other)).not.toBe(definitionOf(base));
  expect(others.map((other) => differencesOf(base, other))).toEqual([
    [{ part: 'command', what: 'command: run → walk' }],
    [{ part: 'environment_variables', what: 'KEY is new' }],
    [{ part: 'code', what: 'a.py changed' }],
    [{ part: 'inputs.word', what: 'value: x → y' }],
  ]);
  expect(JSON.stringify(others[1])).not.toContain('secret');
});

test('how fast or how patient a step is does not make another result', () => {
  const parts = (step: Partial<Parameters<typeof commandStep>[1]>) => definitionParts(commandStep('run', step), {}, [], 'python');
  expect(definitionOf(parts({ timeout: 5, displayName: 'other', compute: 'cluster', resources: { instanceCount: 3 } }))).toBe(
    definitionOf(parts({})),
  );
});
