import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { duckdb, sqlText } from '../../../src/data/duckdb.ts';
import { cutRows } from '../../../src/data/parquet/plan-parquet.ts';
import { folder, mltable, planTable, types } from './support.ts';

/** Writes the rows of a query as Parquet. */
async function parquet(query: string, options = '', name = 'a.parquet', root = folder()): Promise<string> {
  const path = join(root, name);
  await (await duckdb()).run(`COPY (${query}) TO ${sqlText(path)} (FORMAT parquet ${options})`);
  return path;
}

test("types are the file's own; 64 bits are numbers while numbers hold them", async () => {
  const path =
    await parquet(`SELECT 1::INTEGER i, 5::BIGINT b, 9007199254740993::BIGINT big, 18446744073709551615::UBIGINT u, 1.5::FLOAT f, true t, 'x' s,
    DATE '2020-01-02' d, TIMESTAMP '2020-01-02 03:04:05.678' ts, TIMESTAMPTZ '2020-01-02 03:04:05+00' tz, 1.25::DECIMAL(9,2) "dec", [1, 2] l, {'a': 1, 'b': [true]} o, NULL::INTEGER n`);
  const { rows, columns } = await planTable(path);
  expect(types(columns)).toBe(
    'i:integer b:integer big:bigint u:ubigint f:float t:boolean s:string d:datetime ts:datetime tz:datetime dec:float l:object? o:object? n:integer?',
  );
  expect(rows).toEqual([
    {
      i: 1, b: 5, big: 9007199254740993n, u: 18446744073709551615n, f: 1.5, t: true, s: 'x',
      d: new Date('2020-01-02'), ts: new Date('2020-01-02T03:04:05.678Z'), tz: new Date('2020-01-02T03:04:05Z'), dec: 1.25, l: [1, 2], o: { a: 1, b: [true] }, n: null,
    },
  ]); // biome-ignore format: a row
});

test('moments are told apart by microseconds and nanoseconds, as keys too, in files and in rows that were put on disk', async () => {
  const path = await parquet(`SELECT * FROM (VALUES (TIMESTAMP '2020-01-02 03:04:05.123456', TIMESTAMP_NS '1960-01-02 03:04:05.123456789'),
    ('2020-01-02 03:04:05.123457', '2020-01-02 03:04:05.123'), ('2020-01-02 03:04:05.123456', NULL)) t(us, ns)`);
  const iso = (rows: readonly Readonly<Record<string, unknown>>[]) => JSON.parse(JSON.stringify(rows));
  const [first, second, third] = [
    { us: '2020-01-02T03:04:05.123456Z', ns: '1960-01-02T03:04:05.123456789Z' },
    { us: '2020-01-02T03:04:05.123457Z', ns: '2020-01-02T03:04:05.123Z' },
    { us: '2020-01-02T03:04:05.123456Z', ns: null },
  ];
  const { rows } = await planTable(path);
  expect(iso(rows)).toEqual([first, second, third]);
  expect(rows.map(({ us }) => us instanceof Date && us.getTime() === Date.parse('2020-01-02T03:04:05.123Z'))).toEqual([true, true, true]);
  const grouped = await planTable(path, { partitionKeys: ['us'] });
  expect(grouped.miniBatches.map(({ partition }) => partition)).toEqual([{ us: first?.us }, { us: second?.us }]);
  expect(iso(grouped.rows)).toEqual([first, third, second]);
});

test('concatenated slices are the rows of the file, whatever the size', async () => {
  const path = await parquet(
    "SELECT i, i % 7 AS k, CASE WHEN i % 5 = 0 THEN NULL ELSE repeat('x', (i % 11)::INTEGER) END AS s FROM range(10000) t(i)",
    ', ROW_GROUP_SIZE 2048',
  );
  for (const miniBatchSize of ['1', '500', '3kb', '1mb']) {
    const { rows, miniBatches } = await planTable(path, { miniBatchSize: miniBatchSize === '1' ? '100' : miniBatchSize });
    expect(rows).toHaveLength(10_000);
    expect(rows.every((row, index) => row.i === index && row.k === index % 7)).toBe(true);
    expect(miniBatches.reduce((sum, { items = 0 }) => sum + items, 0)).toBe(10_000);
  }
});

describe('row ranges', () => {
  test.each([
    [[[10, 100]], 30, [2, 3, 2, 3]],
    [
      [
        [10, 100],
        [10, 100],
        [10, 100],
      ],
      200,
      [20, 10],
    ],
    [
      [
        [10, 10],
        [10, 100],
        [10, 10],
      ],
      50,
      [10, 5, 5, 10],
    ],
    [[[2, 100]], 1, [1, 1]],
    [[], 10, []],
  ])('%j at %i', (groups, size, expected) => {
    const ranges = [...cutRows({ groups: groups.map(([rows = 0, bytes = 0]) => ({ rows, bytes })) }, size)];
    expect(ranges.map(({ start, end }) => end - start)).toEqual(expected);
    expect(ranges.every(({ start }, index) => start === (ranges[index - 1]?.end ?? 0))).toBe(true);
  });
});

test('numbers without nulls come as typed arrays', async () => {
  const { tables } = await planTable(await parquet('SELECT i::INTEGER AS i, i / 2 AS f, i::UTINYINT AS u FROM range(5) t(i)'));
  expect(tables[0]?.column('i')).toEqual(Float64Array.of(0, 1, 2, 3, 4));
  expect(tables[0]?.column('f')).toBeInstanceOf(Float64Array);
});

test('names that mean something to SQL, to patterns or to JavaScript are only names', async () => {
  const path = await parquet('SELECT 1 AS "a""b", 2 AS "__proto__", 3 AS "select", 4 AS "constructor"', '', "it's [a]*.parquet");
  const { rows } = await planTable(path);
  expect(Object.entries(rows[0] ?? {})).toEqual([
    ['a"b', 1],
    ['__proto__', 2],
    ['select', 3],
    ['constructor', 4],
  ]);
});

test('through an MLTable: filter, keep, convert, the path', async () => {
  const root = folder();
  await parquet('SELECT i, i::VARCHAR AS s FROM range(10) t(i)', '', 'a.parquet', root);
  await parquet('SELECT i, i::VARCHAR AS s FROM range(10, 20) t(i)', '', 'b.parquet', root);
  writeFileSync(
    join(root, 'MLTable'),
    'paths: [{pattern: ./*.parquet}]\ntransformations:\n- read_parquet: {include_path_column: true}\n- filter: i % 8 == 0\n- convert_column_types: [{columns: s, column_type: int}]\n',
  );
  const { rows } = await planTable(join(root, 'MLTable'));
  expect(rows).toEqual([0, 8, 16].map((i) => ({ Path: join(root, i < 10 ? 'a.parquet' : 'b.parquet'), i, s: i })));
});

describe('what cannot be read is told', () => {
  test('a file that is cut off', async () => {
    const path = await parquet('SELECT * FROM range(1000) t(i)');
    writeFileSync(path, readFileSync(path).subarray(0, -20));
    await expect(planTable(path)).rejects.toThrow(/a\.parquet: The file cannot be read as Parquet: .*It may be cut off/);
  });

  test('a file that is something else, an empty one too', async () => {
    for (const content of ['', 'a,b\n1,2\n']) {
      await expect(planTable(join(folder({ 'a.parquet': content }), 'a.parquet'))).rejects.toThrow(/cannot be read as Parquet/);
    }
  });

  test('bytes broken inside a file are an error of the mini-batch', async () => {
    const path = await parquet('SELECT md5(i::VARCHAR) AS x FROM range(20000) t(i)', ', COMPRESSION snappy');
    const bytes = readFileSync(path);
    bytes.fill(0xff, 1000, 5000);
    writeFileSync(path, bytes);
    await expect(planTable(path)).rejects.toThrow(/^a\.parquet: rows 1 to \d+ cannot be read: /);
  });
});

test('JSON lines: kinds that mix keep their values, missing keys are null', async () => {
  const text = '{"a":1,"b":"2020-01-01","c":1}\n\n{"a":2.5,"c":"x","d":{"e":[1]},"f":9007199254740993}\n';
  const { rows, columns } = await planTable(join(folder({ 'a.jsonl': text }), 'a.jsonl'));
  expect(types(columns)).toBe('a:float b:string? c:object d:object? f:bigint?');
  expect(rows).toEqual([
    { a: 1, b: '2020-01-01', c: 1, d: null, f: null },
    { a: 2.5, b: null, c: 'x', d: { e: [1] }, f: 9007199254740993n },
  ]);
});

test('JSON lines that are none: an error with the line, or dropped', async () => {
  const text = '{"a":1}\n[1]\n{"a":\n';
  await expect(planTable(join(folder({ 'a.jsonl': text }), 'a.jsonl'))).rejects.toThrow(/^a\.jsonl:2: the line is no JSON object: "\[1\]"/);
  const { rows } = await mltable(
    { 'a.jsonl': text },
    'paths: [{file: a.jsonl}]\ntransformations:\n- read_json_lines: {invalid_lines: drop}\n',
  );
  expect(rows).toEqual([{ a: 1 }]);
  await expect(planTable(join(folder({ 'a.jsonl': '[{"a":1}]' }), 'a.jsonl'))).rejects.toThrow(
    /one list, not one JSON object on each line/,
  );
});
