import { rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseProgramArguments } from '../../../../src/language/arguments/parse.ts';
import { DEFAULT_SIZE, parseMiniBatchSize } from '../../../../src/language/mini-batch-size.ts';
import type { DataType, ParallelSettings } from '../../../../src/language/types.ts';
import { differencesOf } from '../../../../src/pipeline/reuse/explain.ts';
import { hashFile, hashValue } from '../../../../src/pipeline/reuse/hash.ts';
import { definitionOf, definitionParts } from '../../../../src/pipeline/reuse/parts.ts';
import { contents, scan } from '../../../../src/pipeline/reuse/tree.ts';
import { folderWith } from '../../../support/job-files.ts';
import { commandStep, parallelStep } from '../../../support/specs.ts';

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

const score = (settings: Partial<ParallelSettings>, type: DataType = 'uri_folder', words = '') => {
  const task = { type: 'run_function' as const, entryScript: 'score.py', programArguments: parseProgramArguments(words).arguments };
  const step = parallelStep({ task }, { inputData: ['in'], ...settings });
  return definitionParts(step, {}, [{ kind: 'data', name: 'in', type, path: '/in' }], 'python');
};
const same = (one: ReturnType<typeof score>, other: ReturnType<typeof score>) => definitionOf(one) === definitionOf(other);
const sized = (written: string, type?: DataType) => score({ miniBatchSize: parseMiniBatchSize(written) ?? DEFAULT_SIZE }, type);

test('rows that are written in another form, or read in another way, are another result', () => {
  const step = parallelStep({});
  const of = (rows?: string, read?: 'table') =>
    definitionOf(
      definitionParts(
        step,
        {},
        [{ kind: 'data', name: 'in', type: 'uri_folder', path: '/in', ...(read !== undefined && { read }) }],
        'python',
        rows,
      ),
    );
  expect(new Set([of(), of('.csv'), of('.parquet'), of(undefined, 'table')]).size).toBe(4);
});

test('sizes that cut an input alike make one definition, others do not', () => {
  for (const written of ['10', '010', '0']) expect(same(sized(written), score({}))).toBe(true);
  for (const written of ['1mb', '1MB', '1024kb', '1048576', '0kb']) {
    expect(same(sized(written, 'uri_file'), score({}, 'uri_file'))).toBe(true);
  }
  expect(same(sized('11'), score({}))).toBe(false);
  expect(same(sized('1kb', 'uri_file'), sized('2kb', 'uri_file'))).toBe(false);
  expect(differencesOf(sized('4'), sized('5'))).toEqual([{ part: 'settings', what: 'mini_batch_size: 4 → 5' }]);
  // Only the MLTable itself says whether it is a table: 10 may be ten files, or ten bytes.
  expect(same(sized('10', 'mltable'), score({}, 'mltable'))).toBe(false);
  expect(same(sized('1MB', 'mltable'), sized('1024kb', 'mltable'))).toBe(true);
});

test('a size that partition keys make void does not count', () => {
  const keyed = (written: string) => score({ partitionKeys: ['k'], miniBatchSize: parseMiniBatchSize(written) ?? DEFAULT_SIZE });
  expect(same(keyed('5'), keyed('6'))).toBe(true);
});

test('of the arguments, what the script sees counts', () => {
  const words = (text: string) => score({}, 'uri_folder', text);
  for (const text of ['--x  1', "--x '1'", '--x 1 --progress_update_timeout 300', '--resource_monitor_interval=5 --x 1']) {
    expect(same(words(text), words('--x 1'))).toBe(true);
  }
  expect(differencesOf(words('--x 1'), words('--x 2'))).toEqual([{ part: 'arguments', what: 'program_arguments: --x 1 → --x 2' }]);
  expect(same(words('--x "1 2"'), words('--x 1 2'))).toBe(false);
});
