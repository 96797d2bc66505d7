import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planInputs } from '../../../src/data/plan.ts';
import { SortedNames } from '../../../src/data/stores/sorted-names.ts';
import { walk } from '../../../src/data/stores/walk.ts';
import type { PlannedMiniBatch, SplitInput } from '../../../src/data/types.ts';
import { RequestError } from '../../../src/errors/types.ts';
import { all, type GivenSettings, splitSettings } from './support.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'prl-files-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
}

const walked = (): readonly string[] => [...walk(root)].flat().map(({ path }) => path);

async function plan(input: Partial<SplitInput> = {}, settings: GivenSettings = {}): Promise<readonly PlannedMiniBatch[]> {
  const { miniBatches } = await planInputs(
    [{ name: 'in', type: 'uri_folder', path: root, ...input }],
    splitSettings(join(root, 'scratch'), settings),
  );
  return all(miniBatches);
}

const paths = (miniBatches: readonly PlannedMiniBatch[]): readonly (readonly string[])[] =>
  miniBatches.map(({ slice }) => (slice.kind === 'files' ? slice.paths : []));

describe('listing', () => {
  test('is in byte order of the whole path, hidden files included', () => {
    put('b/1', 'B', 'a.txt', 'a/z', 'a-b', 'a/.hidden', '.first', 'é', 'z', '\u{1F600}', '\uFFFD'.replace('\uFFFD', '\uE000'));
    const listed = walked();
    expect(listed).toEqual([...listed].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(listed).toHaveLength(11);
    expect(listed.slice(0, 5)).toEqual(['.first', 'B', 'a-b', 'a.txt', 'a/.hidden']);
  });

  test('follows links, and refuses one that leads in a circle', () => {
    put('data/one');
    symlinkSync(join(root, 'data'), join(root, 'link'));
    expect(walked()).toEqual(['data/one', 'link/one']);
    symlinkSync(root, join(root, 'data', 'up'));
    expect(walked).toThrow(/its files have no end/);
  });

  test('refuses two links that lead to each other', () => {
    put('a/one', 'b/two');
    symlinkSync(join(root, 'b'), join(root, 'a', 'to-b'));
    expect(walked()).toEqual(['a/one', 'a/to-b/two', 'b/two']);
    symlinkSync(join(root, 'a'), join(root, 'b', 'to-a'));
    expect(walked).toThrow(/its files have no end/);
  });

  test('merges any number of sorted runs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 1, max: 1 << 20 }), (count, factor) => {
        const names = Array.from({ length: count }, (_, index) => `f${(index * factor) % 1_048_573}.${index}`);
        const sorted = new SortedNames();
        for (const name of names) sorted.add(name);
        const read = sorted.read();
        const got: string[] = [];
        for (let next = read.next(); next.done !== true; next = read.next()) got.push(next.value);
        expect(got).toEqual(names.sort());
      }),
      { numRuns: 8 },
    );
  });
});

describe('mini-batches of files', () => {
  test('have the given number of files, the last one the rest', async () => {
    put('1', '2', '3', '4', '5');
    const miniBatches = await plan({}, { miniBatchSize: '2' });
    expect(paths(miniBatches)).toEqual([['1', '2'], ['3', '4'], ['5']]);
    expect(miniBatches.map(({ items }) => items)).toEqual([2, 2, 1]);
  });

  test('have ten files unless told otherwise', async () => {
    put(...Array.from({ length: 11 }, (_, index) => `f${index}`));
    expect((await plan()).map(({ items }) => items)).toEqual([10, 1]);
    expect((await plan({}, { miniBatchSize: '0' })).map(({ items }) => items)).toEqual([10, 1]);
  });

  test('keep every file once, in order, over many chunks', async () => {
    const names = Array.from({ length: 3000 }, (_, index) => String(index).padStart(5, '0'));
    put(...names);
    expect(paths(await plan({}, { miniBatchSize: '1' })).flat()).toEqual(names);
    expect(paths(await plan({}, { miniBatchSize: '1', window: { from: 0, count: 20 } })).flat()).toEqual(names.slice(0, 20));
    expect(paths(await plan({}, { miniBatchSize: '1', window: { from: 2500, count: 2 } })).flat()).toEqual(names.slice(2500, 2502));
    await expect(plan({}, { miniBatchSize: '1', window: { from: 3000, count: 1 } })).rejects.toThrow(
      'There is no mini-batch 3000: the input has 3000, numbered from 0 to 2999.',
    );
  });

  test('an empty folder has none, a missing path is an error before anything', async () => {
    expect(await plan()).toEqual([]);
    await expect(plan({ path: join(root, 'nowhere') })).rejects.toThrow(/input 'in' does not exist: .*nowhere/);
  });

  test('a size in bytes is refused for files', async () => {
    await expect(plan({}, { miniBatchSize: '10kb' })).rejects.toThrow(RequestError);
  });

  test('without input: so many empty ones as asked', async () => {
    const miniBatches = await plan({}, { rankMiniBatchCount: 3 });
    expect(miniBatches).toEqual(Array(3).fill({ reader: 0, slice: { kind: 'none' }, items: 0 }));
  });
});

describe('partition keys of files', () => {
  test('group all files of a combination, in order of first appearance', async () => {
    put('b/2020/01/x.csv', 'a/2020/02/x.csv', 'a/2020/01/x.csv', 'a/2020/01/y.csv');
    const input = { partitionFormat: '{store}/{month:yyyy/MM}/*.csv' };
    const miniBatches = await plan(input, { partitionKeys: ['month', 'store'] });
    expect(paths(miniBatches)).toEqual([['a/2020/01/x.csv', 'a/2020/01/y.csv'], ['a/2020/02/x.csv'], ['b/2020/01/x.csv']]);
    expect(miniBatches[1]?.partition).toEqual({ month: '2020-02-01T00:00:00.000Z', store: 'a' });
    expect(paths(await plan(input, { partitionKeys: ['store'] }))).toHaveLength(2);
  });

  test('that do not exist are named beside those that do', async () => {
    put('a/x.csv');
    await expect(plan({ partitionFormat: '{store}/*' }, { partitionKeys: ['shop'] })).rejects.toThrow(/'shop'.*It has: store\./);
    await expect(plan({}, { partitionKeys: ['shop'] })).rejects.toThrow(/partition format/);
  });

  test('a format that fits no file is an error', async () => {
    put('a/x.csv');
    await expect(plan({ partitionFormat: '{store}/{day:yyyy}/*' }, { partitionKeys: ['store'] })).rejects.toThrow(
      /fits no file.*a\/x\.csv/,
    );
  });

  test.each(['{a', 'a}', '{}', 'plain', '{d:yy}', '{d:}', '{a}/{a:yyyy}', '{d:yyyy}/{d:yyyy}'])(
    'the format %j is refused',
    async (partitionFormat) => {
      await expect(plan({ partitionFormat })).rejects.toThrow(/partition format .* cannot be used/);
    },
  );
});
