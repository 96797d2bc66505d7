import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folder, mltable, planTable } from './support.ts';

const files = { 's=01/a.csv': 'x\n1\n2\n', 's=01/b.csv': 'x\n3\n', 's=02/a.csv': 'x\n4\n', 's=03/a.csv': 'x\n' };
const yaml = (...steps: readonly string[]): string =>
  `paths: [{pattern: "./**/*.csv"}]\ntransformations:\n${steps.map((step) => `- ${step}\n`).join('')}`;
const extract = 'extract_columns_from_partition_format';

describe('columns from paths', () => {
  test('before the read: their types are inferred, and they stand first', async () => {
    const { rows } = await mltable(files, yaml(`${extract}: "s={s}/{f}.csv"`, 'read_delimited: {include_path_column: false}'));
    expect(rows[0]).toEqual({ s: 1, f: 'a', x: 1 });
    expect(Object.keys(rows[0] ?? {})).toEqual(['s', 'f', 'x']);
  });

  test('after the read: text, and last', async () => {
    const { rows } = await mltable(files, yaml('read_delimited', `${extract}: {partition_format: "s={s}/*.csv"}`, 'filter: s != "02"'));
    expect(rows.map((row) => Object.entries(row))).toEqual(
      [1, 2, 3].map((x) => [
        ['x', x],
        ['s', '01'],
      ]),
    );
  });

  test('as partition keys: one mini-batch has all files of a combination', async () => {
    const { miniBatches, tables } = await mltable(files, yaml(`${extract}: "s={s}/*.csv"`, 'read_delimited', 'keep_columns: x'), {
      partitionKeys: ['s'],
    });
    expect(miniBatches.map(({ partition }) => partition)).toEqual([{ s: 1 }, { s: 2 }]);
    expect(tables.map((table) => [...table.column('x')])).toEqual([[1, 2, 3], [4]]);
  });

  test('dates', async () => {
    const dated = { '2020/01/31/a.csv': 'x\n1\n', '2020/02/01/a.csv': 'x\n2\n' };
    const { rows, miniBatches } = await mltable(
      dated,
      yaml(`${extract}: "{day:yyyy/MM/dd}/*.csv"`, 'read_delimited', 'filter: day > datetime(2020, 1, 31)'),
      { partitionKeys: ['day'] },
    );
    expect(miniBatches.map(({ partition }) => partition)).toEqual([
      { day: '2020-01-31T00:00:00.000Z' },
      { day: '2020-02-01T00:00:00.000Z' },
    ]);
    expect(rows).toEqual([{ day: new Date('2020-02-01'), x: 2 }]);
  });

  test('named like a column of the files: an error before anything runs, unless that column is gone by then', async () => {
    const format = `${extract}: "s={x}/*.csv"`;
    await expect(mltable(files, yaml(format, 'read_delimited'))).rejects.toThrow(
      /The column "x" comes from the partition format, and the files have a column of that name too/,
    );
    await expect(mltable(files, yaml('read_delimited', format))).rejects.toThrow(/The column "x" comes from the partition format/);
    await expect(mltable({ 'a.csv': 'Path,y\n1,2\n' }, yaml('read_delimited: {include_path_column: true}'))).rejects.toThrow(
      /The column "Path" comes from include_path_column/,
    );
    const other = { 's=01/a.csv': 'x,y\n1,2\n' };
    expect((await mltable(other, yaml('read_delimited', 'drop_columns: x', format))).rows).toEqual([{ y: 2, x: '01' }]);
  });

  test('behind a step that counts rows', async () => {
    const { rows } = await mltable(files, yaml('read_delimited', 'skip: 2', `${extract}: "s={s}/*.csv"`, 'take: 2'));
    expect(rows).toEqual([
      { x: 3, s: '01' },
      { x: 4, s: '02' },
    ]);
    await expect(mltable(files, yaml('read_delimited', 'skip: 2', 'keep_columns: x', `${extract}: "s={s}/*.csv"`))).rejects.toThrow(
      /Move it to the top/,
    );
  });
});

describe('columns of the data as keys', () => {
  test('regroup the rows: groups by first appearance, rows in input order', async () => {
    const text = 'k,j,v\nb,1,1\na,1,2\nb,2,3\nb,1,4\n,1,5\n"b",1,6\n';
    const { miniBatches, rows } = await planTable(join(folder({ 'a.csv': text }), 'a.csv'), {
      partitionKeys: ['k', 'j'],
      miniBatchSize: '1',
    });
    expect(miniBatches.map(({ partition, items }) => [partition, items])).toEqual([
      [{ k: 'b', j: 1 }, 3],
      [{ k: 'a', j: 1 }, 1],
      [{ k: 'b', j: 2 }, 1],
      [{ k: null, j: 1 }, 1],
    ]);
    expect(rows.map((row) => row.v)).toEqual([1, 4, 6, 2, 3, 5]);
  });

  test('together with keys from paths, behind a filter', async () => {
    const { miniBatches } = await mltable(files, yaml(`${extract}: "s={s}/*.csv"`, 'read_delimited', 'filter: x != 2'), {
      partitionKeys: ['x', 's'],
    });
    expect(miniBatches.map(({ partition }) => partition)).toEqual([
      { x: 1, s: 1 },
      { x: 3, s: 1 },
      { x: 4, s: 2 },
    ]);
  });

  test('every row is in exactly one group, as it was', async () => {
    const row = fc.record({
      k: fc.constantFrom('x', 'y', 'z w', '"q"'),
      n: fc.integer({ min: 0, max: 3 }),
      t: fc.string({ unit: fc.constantFrom('a', '"', '\n', ',', 'é'), maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
        const root = folder({ 'a.jsonl': rows.map((one) => JSON.stringify(one)).join('\n') });
        const planned = await planTable(join(root, 'a.jsonl'), { partitionKeys: ['n', 'k'] });
        const expected = [...Map.groupBy(rows, ({ n, k }) => JSON.stringify([n, k])).values()];
        expect(planned.tables.map((table) => table.toArray())).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  test('text comes back as it would without keys: plain and odd cells, any line end and encoding', async () => {
    const cell = fc.constantFrom(
      '1',
      '-2',
      '3.50',
      '-',
      '',
      'x',
      '"a,b"',
      '"q""q"',
      '"l\nm"',
      'é',
      '€',
      'NA',
      '2020-01-02',
      'a"b',
      ' 7 ',
      '1e3',
    );
    const line = fc.oneof(
      { weight: 8, arbitrary: fc.tuple(fc.constantFrom('x', 'y', '"x"', ''), cell, fc.integer({ min: -9, max: 99 }).map(String)) },
      { weight: 1, arbitrary: fc.constant(['']) },
    );
    const encodings = { 'utf-8': 'utf8', utf16: 'utf16le', windows1252: 'latin1' } as const;
    const given = fc.record({
      lines: fc.array(line, { minLength: 1, maxLength: 30 }),
      feed: fc.constantFrom('\n', '\r\n'),
      ended: fc.boolean(),
      encoding: fc.constantFrom('utf-8' as const, 'utf16' as const, 'windows1252' as const),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ lines, feed, ended, encoding }) => {
        const text = ['k,v,n', ...lines.map((cells) => cells.join(','))].join(feed) + (ended ? feed : '');
        const bytes = Buffer.from(encoding === 'windows1252' ? text.replaceAll('€', 'ä') : text, encodings[encoding]);
        const read = yaml(`read_delimited: {encoding: ${encoding}, support_multi_line: true}`);
        const { rows } = await mltable({ 'a.csv': bytes, 'b.csv': bytes }, read);
        const grouped = await mltable({ 'a.csv': bytes, 'b.csv': bytes }, read, { partitionKeys: ['k'] });
        expect(grouped.tables.map((table) => table.toArray())).toEqual([...Map.groupBy(rows, ({ k }) => k).values()]);
        expect(grouped.miniBatches.map(({ items }) => items)).toEqual(
          [...Map.groupBy(rows, ({ k }) => k).values()].map(({ length }) => length),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('files whose columns stand in another order', async () => {
    const { rows } = await mltable(
      { 'a.csv': 'k,v\nx,1\ny,2\n', 'b.csv': 'v,k\n3,x\n' },
      yaml('read_delimited: {header: all_files_same_headers}'),
      {
        partitionKeys: ['k'],
      },
    );
    expect(rows).toEqual([
      { k: 'x', v: 1 },
      { k: 'x', v: 3 },
      { k: 'y', v: 2 },
    ]);
  });

  test('a cell that is no value of its column is told by file and line, though it is no key', async () => {
    // More than is looked at for the types, which are told by stretches far from each other.
    const row = `x,1,${'t'.repeat(4000)}\n`;
    const text = `k,n,t\n${row.repeat(75)}${row.replace('1', 'one')}${row.repeat(10_000)}`;
    await expect(planTable(join(folder({ 'a.csv': text }), 'a.csv'), { partitionKeys: ['k'] })).rejects.toThrow(
      /a\.csv:77: column "n": "one" is not an integer/,
    );
  });

  test('lines that are no JSON object are left out', async () => {
    const lines = '{"k":"a","v":1}\nnot json\n\n{"k":"b","v":2}\n{"k":"a","v":12345678901234567890}';
    const read = yaml('read_json_lines: {invalid_lines: drop}');
    const { tables } = await mltable({ 'a.csv': lines }, read, { partitionKeys: ['k'] });
    const { rows } = await mltable({ 'a.csv': lines }, read);
    expect(tables.map((table) => table.toArray())).toEqual([[rows[0], rows[2]], [rows[1]]]);
  });

  test('a key that does not exist is named beside those that do', async () => {
    const path = join(folder({ 'a.csv': 'store,brand\n1,x\n' }), 'a.csv');
    await expect(planTable(path, { partitionKeys: ['shop'] })).rejects.toThrow(
      /partition_keys has 'shop', which the input 'in' does not have\. It has: store, brand\./,
    );
  });
});
