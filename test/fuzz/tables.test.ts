/**
 * CSV and JSON lines cut at random: the rows of all mini-batches together, in both languages, are those of the whole file, which pandas reads
 * (CSV) or which were written (JSON lines).
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Slice, TableReader } from '../../src/data/types.ts';
import { temporaryFolder } from '../support/folder.ts';
import { pandasPython } from '../support/pythons.ts';
import { planTable } from '../unit/data/support.ts';
import { patience, runs, seed } from './effort.ts';

interface Answer {
  readonly rows?: readonly (readonly unknown[])[];
  readonly error?: string;
  readonly whole?: readonly (readonly unknown[])[];
  readonly types?: readonly string[];
  readonly wanted?: readonly string[];
}

let python: ChildProcessByStdio<Writable, Readable, null>;
let answers: AsyncIterator<string>;

beforeAll(() => {
  if (pandasPython === undefined) return;
  python = spawn(pandasPython, [join(import.meta.dirname, 'tables.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  answers = createInterface(python.stdout)[Symbol.asyncIterator]();
});
afterAll(() => python?.stdin.end());

async function inPython(reader: TableReader, slices: readonly Slice[], whole: boolean): Promise<Answer> {
  python.stdin.write(`${JSON.stringify({ reader, slices, whole })}\n`);
  return JSON.parse((await answers.next()).value ?? '{"error": "Python has ended"}') as Answer;
}

/** A value so that JSON keeps it and its kind. Integers and fractions are one kind: pandas makes floats of integers beside nulls. */
function shown(value: unknown): unknown {
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (typeof value === 'string') return `s:${value}`;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : `i:${value}`;
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(one)]));
  // Where an integer may be null, pandas has a float, which knows -0.
  return value === 0 ? 0 : value;
}

const options = (usual: number) => ({ numRuns: runs(usual), seed, endOnFailure: false });
const size = fc.integer({ min: 1, max: 300 }).map(String);

const nulls = fc.constantFrom('', 'NA', 'n/a', 'NaN', 'null', '-nan', '<NA>');
const anyText = fc.string({
  unit: fc.constantFrom('a', '7', ',', '"', '\n', '\r\n', ' ', 'é', '\u{1F600}', '.', '-', '\t', "'"),
  maxLength: 8,
});
const integers = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom('0', '-0', '+7', '007', ' 3', '4 '),
  fc.integer({ min: -(10 ** 6), max: 10 ** 6 }).map((n) => String(BigInt(n) * 10n ** 12n)),
);
const wide = fc.constantFrom(
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '18446744073709551615',
  '99999999999999999999',
);
const fractions = fc.oneof(
  fc.integer({ min: -99999, max: 99999 }).map((n) => String(n / 100)),
  fc.constantFrom('1e5', '.5', '5.', '-1E-3', 'inf', '-inf', 'Infinity', '1e400'),
);
const booleans = fc.constantFrom('True', 'False', 'TRUE', 'FALSE', 'true', 'false', 'tRuE');
const dates = fc.integer({ min: 10, max: 28 }).map((day) => `2024-01-${day}`);

/** What the cells of a column may be: of one kind or two, with or without nulls. */
const kinds: readonly fc.Arbitrary<string>[] = [
  ...[integers, wide, fractions, booleans, dates, anyText].flatMap((kind) => [kind, fc.oneof(kind, nulls)]),
  fc.oneof(integers, wide),
  fc.oneof(integers, wide, nulls),
  fc.oneof(integers, fractions, nulls),
  fc.oneof(booleans, integers),
  fc.oneof({ weight: 9, arbitrary: integers }, { weight: 1, arbitrary: anyText }),
  nulls,
];

const csvRows = fc
  .array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 4 })
  .chain((columns) => fc.array(fc.tuple(...columns), { minLength: 1, maxLength: 40 }));

const jsonText = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', 'é', '\u{1F600}', '\u2028', '1', ' '), maxLength: 6 });
const jsonKinds: readonly fc.Arbitrary<unknown>[] = [
  fc.integer(),
  fc.integer({ min: -99999, max: 99999 }).map((n) => n / 100),
  fc.boolean(),
  jsonText,
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.array(fc.oneof(fc.integer(), jsonText), { maxLength: 3 }),
  fc.record({ k: fc.oneof(fc.integer(), fc.constant(null)) }),
];

const jsonRows = fc
  .array(
    fc.oneof(
      fc.constantFrom(...jsonKinds),
      fc.constantFrom(...jsonKinds).map((kind) => fc.oneof(kind, fc.constant(null))),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .chain((columns) => {
    const fields = Object.fromEntries(columns.map((kind, index) => [`k${index}`, kind]));
    return fc.array(fc.record(fields, { requiredKeys: ['k0'] }), { minLength: 1, maxLength: 40 });
  });

function json(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${json(one)}`)
    .join(', ')}}`;
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

describe.skipIf(pandasPython === undefined)('mini-batches of any size together are the whole table', () => {
  test(
    'CSV',
    async () => {
      const path = join(temporaryFolder(), 'a.csv');
      await fc.assert(
        fc.asyncProperty(csvRows, size, fc.constantFrom('\n', '\r\n'), async (rows, miniBatchSize, end) => {
          const names = (rows[0] ?? []).map((_, index) => `c${index}`);
          const lines = rows.map((cells) => cells.map(quoted).join(','));
          // A line of nothing is no row.
          const written = lines.map((line) => (line.trim() === '' ? '""' : line));
          writeFileSync(path, [names.join(','), ...written, ''].join(end));
          const planned = await planTable(path, { miniBatchSize });
          const here = planned.rows.map((row) => names.map((name) => shown(row[name])));
          const slices = planned.miniBatches.map(({ slice }) => slice);
          const there = await inPython(planned.reader, slices, true);
          expect(there.error).toBeUndefined();
          expect(there.rows).toEqual(here);
          expect(there.rows).toEqual(there.whole);
          expect(there.wanted).toEqual(there.types);
        }),
        options(100),
      );
    },
    patience,
  );

  test(
    'JSON lines',
    async () => {
      const path = join(temporaryFolder(), 'a.jsonl');
      await fc.assert(
        fc.asyncProperty(jsonRows, size, fc.constantFrom('\n', '\r\n', '\n\n'), async (rows, miniBatchSize, end) => {
          writeFileSync(path, rows.map((row) => json(row) + end).join(''));
          const planned = await planTable(path, { miniBatchSize });
          const names = planned.columns.map(({ name }) => name);
          expect([...names].sort()).toEqual([...new Set(rows.flatMap((row) => Object.keys(row)))].sort());
          const written = rows.map((row) => names.map((name) => shown(row[name])));
          const there = await inPython(
            planned.reader,
            planned.miniBatches.map(({ slice }) => slice),
            false,
          );
          expect(there.error).toBeUndefined();
          expect(planned.rows.map((row) => names.map((name) => shown(row[name])))).toEqual(written);
          expect(there.rows).toEqual(written);
        }),
        options(100),
      );
    },
    patience,
  );
});
