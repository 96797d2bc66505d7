import { renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duckdb, sqlText } from '../../../src/data/duckdb.ts';
import { openReader } from '../../../src/data/read/reader.ts';
import { folder, mltable, planTable } from './support.ts';

/** Cells with everything that makes cutting hard. */
const cell = fc.string({ unit: fc.constantFrom('a', '7', ',', '"', '\n', '\r\n', ' ', 'é', '\u{1F600}', '.', '-'), maxLength: 12 });
const size = fc.oneof(
  fc.integer({ min: 1, max: 200 }).map(String),
  fc.integer({ min: 1, max: 12 }).map((rows) => `${rows} rows`),
);

/** Where a number of rows was asked for, each mini-batch has just so many, but for the last. */
function hasRows(tables: readonly { readonly length: number }[], miniBatchSize: string): boolean {
  if (!miniBatchSize.endsWith('rows')) return true;
  const rows = Number.parseInt(miniBatchSize, 10);
  return tables.slice(0, -1).every(({ length }) => length === rows) && (tables.at(-1)?.length ?? 0) <= rows;
}

function quote(text: string): string {
  return /[",\n\r]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text that no type but text fits, so that what comes back is what was written. */
const textTable = fc
  .array(fc.tuple(cell, cell, cell), { minLength: 0, maxLength: 30 })
  .map((rows) => [['x', 'y', 'z'], ...rows.map((row) => row.map((value) => `t${value}`))]);

describe('concatenating the slices of any plan gives back the rows of the file', () => {
  test('delimited text with quotes and line ends', async () => {
    await fc.assert(
      fc.asyncProperty(textTable, size, fc.constantFrom('\n', '\r\n'), fc.boolean(), async (table, miniBatchSize, end, ends) => {
        const text = table.map((row) => row.map(quote).join(',')).join(end) + (ends ? end : '');
        const root = folder({ 'a.csv': text });
        const { rows, tables } = await planTable(join(root, 'a.csv'), { miniBatchSize });
        expect(rows.map((row) => Object.values(row))).toEqual(table.slice(1));
        expect(tables.every((one) => one.length > 0) && hasRows(tables, miniBatchSize)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('delimited text in UTF-16 and windows-1252, through an MLTable', async () => {
    const latin = fc.string({ unit: fc.constantFrom('a', 'é', '€', ',', '"', '\n', '7'), maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(latin, { maxLength: 20 }),
        size,
        fc.constantFrom('utf16', 'latin1'),
        async (values, miniBatchSize, encoding) => {
          const expected = values.map((value) => `text ${value}`);
          const text = ['x', ...expected.map(quote)].join('\n');
          const bytes =
            encoding === 'utf16' ? Buffer.from(`\ufeff${text}`, 'utf16le') : Buffer.from(text.replaceAll('€', '\x80'), 'latin1');
          const yaml = `paths: [{file: a.csv}]\ntransformations:\n- read_delimited: {encoding: ${encoding}, support_multi_line: true}\n`;
          const { rows, tables } = await mltable({ 'a.csv': bytes }, yaml, { miniBatchSize });
          expect(rows.map((row) => row.x)).toEqual(expected);
          expect(hasRows(tables, miniBatchSize)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('JSON lines', async () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.integer(), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ a: value, b: fc.string() }), { maxLength: 30 }), size, async (rows, miniBatchSize) => {
        const text = rows.map((row) => JSON.stringify(row)).join('\n');
        const root = folder({ 'a.jsonl': text });
        const read = await planTable(join(root, 'a.jsonl'), { miniBatchSize });
        expect(JSON.stringify(read.rows)).toBe(JSON.stringify(rows));
      }),
      { numRuns: 60 },
    );
  });

  test('several files of one MLTable, each cut by itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer(), { maxLength: 10 }), { minLength: 1, maxLength: 6 }),
        size,
        async (files, miniBatchSize) => {
          const named = Object.fromEntries(
            files.map((values, index) => [`${index}.csv`, `x\n${values.map((value) => `${value}\n`).join('')}`]),
          );
          const yaml =
            'paths: [{pattern: ./*.csv}]\ntransformations:\n- read_delimited: {infer_column_types: {column_type_overrides: [{columns: x, column_type: int}]}}\n';
          const { rows, miniBatches } = await mltable(named, yaml, { miniBatchSize });
          expect(rows.map((row) => row.x)).toEqual(files.flat().map((value) => value + 0));
          const order = miniBatches.map(({ slice }) => ('path' in slice ? slice.path : ''));
          expect(order).toEqual([...order].sort());
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a file that is another one than it was when it was planned', () => {
  // The length of other numbers would be another one.
  const parquet = async (path: string): Promise<unknown> =>
    (await duckdb()).run(`COPY (SELECT range AS n FROM range(100)) TO ${sqlText(path)} (FORMAT parquet)`);
  const lines = (first: number, line: (n: number) => string): string => Array.from({ length: 100 }, (_, n) => line(first + n)).join('');
  const kinds: Readonly<Record<string, (path: string, first: number) => unknown>> = {
    'a.csv': (path, first) => writeFileSync(path, `n\n${lines(first, (n) => `${n}\n`)}`),
    'a.jsonl': (path, first) =>
      writeFileSync(
        path,
        lines(first, (n) => `{"n": ${n}}\n`),
      ),
    'a.parquet': parquet,
  };

  test.each(Object.entries(kinds))('%s is never read, also where it has the same length and time', async (name, write) => {
    const path = join(folder(), name);
    await write(path, 100);
    const { mtime, size } = statSync(path);
    const { reader, miniBatches, rows } = await planTable(path);
    expect(rows).toHaveLength(100);
    await write(`${path}.new`, 200);
    utimesSync(`${path}.new`, mtime, mtime);
    renameSync(`${path}.new`, path);
    expect(statSync(path)).toMatchObject({ size, mtime });
    const source = await openReader(reader);
    const slice = miniBatches[0]?.slice ?? { kind: 'none' };
    await expect(source.read(slice)).rejects.toThrow(new RegExp(`^${name}: .*it has changed since it was planned`));
  });
});

describe('mini-batches of about the size that was asked for', () => {
  const lines = Array.from({ length: 2000 }, (_, index) => `${index},${'x'.repeat(index % 37)}`).join('\n');

  test.each([100, 1000, 10_000])('%i bytes', async (bytes) => {
    const root = folder({ 'a.csv': `a,b\n${lines}\n` });
    const { miniBatches, rows } = await planTable(join(root, 'a.csv'), { miniBatchSize: String(bytes) });
    const lengths = miniBatches.map(({ slice }) => (slice.kind === 'bytes' ? slice.end - slice.start : 0));
    expect(rows).toHaveLength(2000);
    expect(Math.max(...lengths)).toBeLessThan(bytes + 50);
    expect(Math.min(...lengths)).toBeGreaterThan(bytes / 2 - 50);
  });

  test('a file that is smaller is one', async () => {
    const root = folder({ 'a.csv': `a,b\n${lines}\n` });
    expect((await planTable(join(root, 'a.csv'))).miniBatches).toHaveLength(1);
  });
});
