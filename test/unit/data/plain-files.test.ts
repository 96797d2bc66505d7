/** Files that are tables by the end of their names: text, JSON, compressed ones, and folders of them. */
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { duckdb, sqlText } from '../../../src/data/duckdb.ts';
import { lookAtInputs, planInputs } from '../../../src/data/plan.ts';
import { folder, planTable, splitSettings } from './support.ts';

const csv = 'n,text\n1,"a, b"\n2,"two\nlines"\n3,c\n';
const rows = [
  { n: 1, text: 'a, b' },
  { n: 2, text: 'two\nlines' },
  { n: 3, text: 'c' },
];
const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');

test.each([
  ['a.csv.gz', gzipSync(csv)],
  ['a.CSV.ZST', zstdCompressSync(csv)],
  ['a.tsv.gz', gzipSync(csv.replaceAll(/(?<=\n\d|^n),/g, '\t'))],
  ['a.json', lines],
  ['a.jsonl.gz', gzipSync(lines)],
  ['a.ndjson.zst', zstdCompressSync(lines)],
])('%s', async (name, bytes) => {
  const path = join(folder({ [name]: bytes }), name);
  const planned = await planTable(path, { miniBatchSize: '2 rows' });
  expect(planned.rows).toEqual(rows);
  expect(planned.tables.map(({ length }) => length)).toEqual([2, 1]);
  // Unpacked again, for a second look at a mini-batch, it is the same.
  expect((await planTable(path, { miniBatchSize: '2 rows' })).miniBatches).toEqual(planned.miniBatches);
  await lookAtInputs([{ name: 'in', type: 'uri_file', path }], splitSettings(''));
});

describe('text whose name tells of no delimiter', () => {
  test.each([
    ['a\tb\n1,5\t2\n', 'tabs', { a: '1,5', b: 2 }],
    ['a,b\n1,"x;y"\n', 'commas', { a: 1, b: 'x;y' }],
    ['a;b;c\n1;2,5;3\n', 'semicolons', { a: 1, b: '2,5', c: 3 }],
    ['a|b\n1|2\n', 'bars (|)', { a: 1, b: 2 }],
  ])('%j has %s', async (text, words, row) => {
    const planned = await planTable(join(folder({ 'a.txt': text }), 'a.txt'));
    expect(planned.rows).toEqual([row]);
    expect(planned.notices).toEqual([`The input 'in' is read as a table with ${words} between cells and names in the first line.`]);
  });

  test('prose is no table', async () => {
    const path = join(folder({ 'a.txt': 'Dear all,\nthis is, as you see, no table.\n' }), 'a.txt');
    await expect(planTable(path)).rejects.toThrow(/a\.txt: No tabs, commas, .* so it is no table as it stands\..*read_delimited/);
  });
});

describe('a folder that is to be read as a table', () => {
  const read = { type: 'uri_folder', read: 'table' } as const;

  test('has the rows of all its files, but for those that are hidden', async () => {
    const root = folder({ 'b.csv': 'n,text\n3,c\n', 'a/a.csv': 'n,text\n1,"a, b"\n2,"two\nlines"\n', _SUCCESS: '', '.x/y.csv': 'z\n' });
    const { rows: found, miniBatches } = await planTable(root, {}, read);
    expect(found).toEqual(rows);
    expect(miniBatches).toHaveLength(2);
  });

  test('may be Parquet, and compressed files beside others', async () => {
    const root = folder({ 'c.csv': 'n\n3\n', 'b.csv.gz': gzipSync('n\n1\n2\n') });
    expect((await planTable(root, {}, read)).rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    const parquet = folder();
    for (const part of [0, 1]) {
      await (await duckdb()).run(
        `COPY (SELECT range AS n FROM range(${part * 5}, ${part * 5 + 5})) TO ${sqlText(join(parquet, `${part}.parquet`))} (FORMAT parquet)`,
      );
    }
    const planned = await planTable(parquet, { miniBatchSize: '3 rows' }, read);
    expect(planned.rows.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(planned.tables.map(({ length }) => length)).toEqual([3, 2, 3, 2]);
  });

  test.each([
    [{ 'a.csv': 'n\n1\n', 'b.parquet': 'x' }, /holds files of several kinds: a\.csv and b\.parquet/],
    [{ 'a.png': 'x' }, /a\.png has the extension \.png\. Known are .*without `read: table` each file is an item/],
    [{}, /there is no file in it/],
    [{ 'a.csv': 'n\n1\n', 'b.csv': 'm\n1\n' }, /b\.csv/],
    [{ 'a.csv': 'n\n1\n', 'a.csv.gz': gzipSync('n\n') }, /a\.csv and a\.csv\.gz would be the same file/],
  ])('%j is refused', async (files, message) => {
    await expect(planTable(folder(files), {}, read)).rejects.toThrow(message);
  });
});

test.each([
  ['a.csv.gz', csv, /a\.csv\.gz: It cannot be unpacked: incorrect header check.*compressed in another way/],
  ['a.csv.gz', gzipSync(csv).subarray(0, 30), /a\.csv\.gz: It cannot be unpacked: unexpected end of file/],
  ['a.csv.gz', gzipSync(Buffer.from([0xe9, 10, 49, 10])), /a\.csv\.gz: Byte 0 is /],
  ['a.parquet.gz', 'x', /the extension \.gz\. Known are/],
  ['a.json', '[{"n": 1}]', /one list, not one JSON object on each line/],
  ['a.json', '{\n "n": 1\n}\n', /None of the lines that were looked at is a JSON object/],
])('%s that is something else is refused by name', async (name, bytes, message) => {
  await expect(planTable(join(folder({ [name]: bytes }), name))).rejects.toThrow(message);
});

test('a small number for a table is told to be bytes', async () => {
  const input = { name: 'in', type: 'uri_file', path: join(folder({ 'a.csv': csv }), 'a.csv') } as const;
  const { notices } = await planInputs([input], splitSettings('', { miniBatchSize: '100' }));
  expect(notices).toEqual([`The input 'in' is a table, so mini_batch_size 100 is about 100 bytes of it; for rows write "100 rows".`]);
});
