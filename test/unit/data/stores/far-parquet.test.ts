/** Parquet that is not on this machine: what of it is fetched, and that its rows are those of the file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { duckdb, sqlText } from '../../../../src/data/duckdb.ts';
import { FetchClient, storeOfNode } from '../../../../src/data/fetch/fetch-client.ts';
import { FetchServer } from '../../../../src/data/fetch/fetch-server.ts';
import { planInputs } from '../../../../src/data/plan.ts';
import { openReader } from '../../../../src/data/read/reader.ts';
import { httpsStore } from '../../../../src/data/stores/https.ts';
import type { DataStore } from '../../../../src/data/stores/store.ts';
import type { PlannedMiniBatch, SplitInput, TableReader } from '../../../../src/data/types.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { webServer } from '../../../support/web-server.ts';
import { all, type GivenSettings, splitSettings } from '../support.ts';

async function parquet(query: string, options = ''): Promise<Buffer> {
  const path = join(temporaryFolder(), 'a.parquet');
  await (await duckdb()).run(`COPY (${query}) TO ${sqlText(path)} (FORMAT parquet ${options})`);
  return readFileSync(path);
}

const groups = ', ROW_GROUP_SIZE 2048';
const mltable = { type: 'mltable', path: 'MLTable' } as const;
const rowsOf = (count: number) => `SELECT i, 'text ' || i AS s, i % 7 AS k FROM range(${count}) t(i)`;

/** Plans a file of a web server, and reads as the workers of a node do. */
async function far(files: Readonly<Record<string, Buffer | string>>, settings: GivenSettings = {}, input: Partial<SplitInput> = {}) {
  const server = await webServer(files);
  const web = httpsStore({ base: new URL(server.url) });
  const fetched: (readonly [number, number])[] = [];
  const store: DataStore = {
    ...web,
    read(path, start, end, options) {
      fetched.push([start, end]);
      return web.read(path, start, end, options);
    },
  };
  const scratch = join(temporaryFolder(), 'scratch');
  const plan = await planInputs([{ name: 'in', type: 'uri_file', path: 'a.parquet', store, ...input }], splitSettings(scratch, settings));
  const miniBatches = await all(plan.miniBatches);
  const reader = plan.readers[0] as TableReader;
  const node = await FetchServer.open([{ name: 'in', store }], join(temporaryFolder(), 'fetched'));
  onTestFinished(() => node.close());
  const worker = async () => {
    const client = new FetchClient(node.address);
    const access = { store: storeOfNode(client, 0, reader.store ?? web.place) };
    // As it comes to a worker.
    return openReader(JSON.parse(JSON.stringify(reader)), reader.store && { ...access, hold: (...part) => client.part(0, ...part) });
  };
  const read = async ({ slice }: PlannedMiniBatch, source = worker()) => (await (await source).read(slice)).toArray();
  return { server, scratch, miniBatches, fetched, worker, read, reader, notices: plan.notices };
}

const bytes = (ranges: readonly (readonly [number, number])[]) => ranges.reduce((sum, [start, end]) => sum + end - start, 0);

describe('the rows are those of the file, each fetched once', () => {
  test.each<[string, GivenSettings]>([
    ['many mini-batches of a row group', { miniBatchSize: '100 rows' }],
    ['mini-batches across row groups', { miniBatchSize: '3000 rows' }],
    ['mini-batches of whole row groups', { miniBatchSize: '40kb' }],
    ['one mini-batch', {}],
  ])('%s', async (_, settings) => {
    const file = await parquet(rowsOf(20_000), groups);
    const { miniBatches, read, fetched, worker } = await far({ 'a.parquet': file }, settings);
    const workers = [await worker(), await worker()];
    const rows = await Promise.all(miniBatches.map((one, index) => read(one, Promise.resolve(workers[index % 2] ?? worker()))));
    expect(rows.flat().map(({ i, s }) => [i, s])).toEqual(Array.from({ length: 20_000 }, (_, i) => [i, `text ${i}`]));
    expect(miniBatches.map(({ items }) => items)).toEqual(rows.map(({ length }) => length));
    expect(bytes(fetched)).toBeLessThan(1.05 * file.length);
  });

  test('only the columns that are kept, through an MLTable beside the file', async () => {
    const file = await parquet('SELECT i, md5(i::VARCHAR) AS s, md5((i + 1)::VARCHAR) AS t FROM range(50000) t(i)', groups);
    const MLTable = 'paths: [{file: a.parquet}]\ntransformations: [{read_parquet: {include_path_column: true}}, {keep_columns: [i]}]\n';
    const kept = await far(
      { 'a.parquet': file, MLTable: MLTable.replace('{read_parquet: {include_path_column: true}}', 'read_parquet') },
      {},
      mltable,
    );
    const rows = (await Promise.all(kept.miniBatches.map((one) => kept.read(one)))).flat();
    expect(rows.map((row) => Object.entries(row))).toEqual(Array.from({ length: 50_000 }, (_, i) => [['i', i]]));
    expect(bytes(kept.fetched)).toBeLessThan(file.length / 5);
    const { read, miniBatches, server } = await far(
      { 'a.parquet': file, MLTable: MLTable.replace(', {keep_columns: [i]}', '') },
      {},
      mltable,
    );
    expect((await read(miniBatches.at(-1) as PlannedMiniBatch)).at(-1)).toMatchObject({ i: 49_999, Path: `${server.url}a.parquet` });
  });

  test('only up to the last row that is taken', async () => {
    const file = await parquet(rowsOf(200_000), groups);
    const MLTable = 'paths: [{file: a.parquet}]\ntransformations: [read_parquet, {take: 3}]\n';
    const { read, miniBatches, fetched } = await far({ 'a.parquet': file, MLTable }, {}, mltable);
    expect(await read(miniBatches[0] as PlannedMiniBatch)).toMatchObject([{ i: 0 }, { i: 1 }, { i: 2 }]);
    expect(bytes(fetched)).toBeLessThan(file.length / 5);
  });

  test('as partition keys, which are put on this disk', async () => {
    const file = await parquet(rowsOf(20_000), groups);
    const { read, miniBatches, fetched, scratch } = await far({ 'a.parquet': file }, { partitionKeys: ['k'] });
    expect(miniBatches.map(({ items, partition }) => [items, partition?.k])).toEqual(
      Array.from({ length: 7 }, (_, k) => [k < 20_000 % 7 ? 2858 : 2857, k]),
    );
    expect((await read(miniBatches[3] as PlannedMiniBatch)).every(({ k }) => k === 3)).toBe(true);
    expect(bytes(fetched)).toBeLessThan(1.05 * file.length);
    expect(existsSync(join(scratch, 'in', 'far'))).toBe(false);
  });
});

test('files that differ in their columns', async () => {
  const files = { 'a/1.parquet': await parquet('SELECT 1 AS a'), 'a/2.parquet': await parquet("SELECT 2 AS a, 'y' AS b") };
  const MLTable = 'paths: [{file: a/1.parquet}, {file: a/2.parquet}]\ntransformations: [read_parquet]\n';
  const { read, miniBatches } = await far({ ...files, MLTable }, {}, mltable);
  expect((await Promise.all(miniBatches.map((one) => read(one)))).flat()).toEqual([
    { a: 1, b: null },
    { a: 2, b: 'y' },
  ]);
});

test('a file that changes between planning and reading is told by name, and so is one that is no Parquet', async () => {
  const { server, miniBatches, read } = await far({ 'a.parquet': await parquet(rowsOf(10)) });
  server.files.set('a.parquet', await parquet(rowsOf(11)));
  await expect(read(miniBatches[0] as PlannedMiniBatch)).rejects.toThrow(
    /^a\.parquet: rows 1 to 10 cannot be read: the file was changed on the server/,
  );
  const none = 'The file cannot be read as Parquet: it does not end as a Parquet file does';
  for (const content of ['', 'PAR1', 'x'.repeat(100), `${'x'.repeat(20)}\xff\xff\xff\x7fPAR1`]) {
    await expect(far({ 'a.parquet': Buffer.from(content, 'latin1') })).rejects.toThrow(none);
  }
});

test('a footer longer than the first look', async () => {
  const columns = Array.from({ length: 800 }, (_, index) => `${index} AS "a column with a rather long name, number ${index}"`);
  const file = await parquet(`SELECT ${columns.join(', ')}`);
  const { miniBatches, read } = await far({ 'a.parquet': file });
  expect(Object.values((await read(miniBatches[0] as PlannedMiniBatch))[0] ?? {})).toEqual(columns.map((_, index) => index));
});

test('parts that nobody has used for longest go when there is no room', async () => {
  const { FetchedParts } = await import('../../../../src/data/fetch/fetched-parts.ts');
  const reads: number[] = [];
  const store: DataStore = {
    ...httpsStore({ base: new URL('http://localhost/') }),
    read: async (_, start, end) => {
      reads.push(start);
      return Buffer.alloc(end - start, 1);
    },
  };
  const folder = join(temporaryFolder(), 'parts');
  const parts = new FetchedParts(folder, 250);
  const hold = (start: number) => parts.hold({ store, path: 'x' }, { size: 1000, tail: 1000, ranges: [[start, start + 100]] });
  const [a, b] = [await hold(0), await hold(100)];
  const again = await hold(0);
  expect(again.path).toBe(a.path);
  expect(
    readFileSync(a.path)
      .subarray(0, 100)
      .every((byte) => byte === 1),
  ).toBe(true);
  for (const held of [b, a, again]) held.release();
  for (const start of [200, 0, 100]) (await hold(start)).release();
  expect(reads.filter((start) => start < 1000)).toEqual([0, 100, 200, 100]);
  await parts.close();
  expect(existsSync(folder) && readdirSync(folder).length > 0).toBe(false);
});
