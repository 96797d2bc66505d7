/** The folders of the MLTable cases, and what a reader makes of them in the form that was recorded of the `mltable` library. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { duckdb, sqlText } from '../../src/data/duckdb.ts';
import { planInputs } from '../../src/data/plan.ts';
import { openReader } from '../../src/data/read/reader.ts';
import type { Column, Plan, PlannedMiniBatch, Slice, TableReader } from '../../src/data/types.ts';
import { RequestError } from '../../src/errors/types.ts';
import type { FileContent, MLTableCase, Outcome } from '../cases/mltable/case.ts';

/** Writes the folder of a case. */
export async function layOut({ files, table }: MLTableCase, root: string): Promise<void> {
  mkdirSync(root, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    await writeContent(path, content);
  }
  writeFileSync(join(root, 'MLTable'), typeof table === 'string' ? table : JSON.stringify(table, null, 1));
}

async function writeContent(path: string, content: FileContent): Promise<void> {
  if (typeof content === 'string' || Buffer.isBuffer(content)) {
    writeFileSync(path, content);
    return;
  }
  const metadata = Object.entries(content.metadata ?? {}).map(([key, text]) => `${key}: ${sqlText(text)}`);
  const extra = metadata.length === 0 ? '' : `, KV_METADATA {${metadata.join(', ')}}`;
  await (await duckdb()).run(`COPY (${content.rows}) TO ${sqlText(path)} (FORMAT parquet${extra})`);
}

export interface PlannedCase {
  readonly plan: Plan;
  readonly miniBatches: readonly PlannedMiniBatch[];
}

/** Plans a case, or says why that is refused. */
export async function planCase(root: string, scratch: string): Promise<PlannedCase | { readonly error: string }> {
  try {
    const plan = await planInputs([{ name: 'table', type: 'mltable', path: root }], {
      miniBatchSize: { kind: 'default' } as never,
      partitionKeys: [],
      rankMiniBatchCount: 0,
      scratch,
    });
    const miniBatches: PlannedMiniBatch[] = [];
    for await (const chunk of plan.miniBatches) miniBatches.push(...chunk);
    return { plan, miniBatches };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { error: error.problems.map(({ message }) => message).join(' ') };
  }
}

/** What a TypeScript worker reads. */
export async function readInTypeScript({ plan, miniBatches }: PlannedCase, root: string): Promise<Outcome> {
  const [reader] = plan.readers;
  if (reader?.kind !== 'table') return fileOutcome(miniBatches.map(({ slice }) => slice));
  try {
    const source = await openReader(reader);
    const rows: (readonly unknown[])[] = [];
    for (const { slice } of miniBatches) {
      const table = await source.read(slice);
      for (const row of table)
        rows.push(table.columns.map((column) => recordedValue((row as Record<string, unknown>)[column.name], column, root)));
    }
    return outcomeOf(reader, rows);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'DataError') throw error;
    return { error: error.message };
  }
}

/** All of a table as one mini-batch. */
export function wholeSlice({ miniBatches }: PlannedCase): Slice {
  const slices = miniBatches.flatMap(({ slice }) => (slice.kind === 'bytes' || slice.kind === 'rows' ? [slice] : []));
  const [only] = slices;
  return only !== undefined && slices.length === 1 ? only : { kind: 'many', slices };
}

/** A table from the rows that a Python worker sent, each value in the recorded form. */
export function outcomeOf({ outputColumns }: TableReader, rows: readonly (readonly unknown[])[]): Outcome {
  // A table without rows is no mini-batch here, and a data frame without columns there.
  if (rows.length === 0) return { columns: [], kinds: '', rows };
  const kinds = outputColumns.map((column, index) => {
    if (rows.every((row) => row[index] === null)) return '-';
    return kindOf(
      column,
      rows.some((row) => row[index] === null),
    );
  });
  return { columns: outputColumns.map(({ name }) => name), kinds: kinds.join(''), rows };
}

export function fileOutcome(slices: readonly Slice[]): Outcome {
  const paths = slices.flatMap((slice) => (slice.kind === 'files' ? slice.paths : []));
  return { columns: ['Path'], kinds: 'O', rows: paths.map((path) => [`<root>/${path}`]) };
}

/** numpy's letter for a column. Integers with nulls are floats there, whatever their width. */
function kindOf({ type, days }: Column, anyNull: boolean): string {
  if (days === true) return 'O';
  switch (type) {
    case 'integer':
    case 'bigint':
    case 'ubigint':
      return anyNull ? 'f' : 'i';
    case 'float':
      return 'f';
    case 'boolean':
      return anyNull ? 'O' : 'b';
    case 'datetime':
      return 'M';
    case 'string':
    case 'object':
      return 'O';
  }
}

function recordedValue(value: unknown, { days }: Pick<Column, 'days'>, root: string): unknown {
  if (days === true && value instanceof Date) return { day: value.toISOString().slice(0, 10) };
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (value instanceof Date)
    return value
      .toISOString()
      .replace(/(?:\.000)?Z$/, '')
      .replace('T', ' ');
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : { int: String(value) };
  if (typeof value === 'number' && !Number.isFinite(value)) return value > 0 ? { float: 'inf' } : { float: '-inf' };
  if (typeof value === 'string') return value.replaceAll(root, '<root>');
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
  if (Array.isArray(value)) return value.map((one) => recordedValue(one, {}, root));
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, recordedValue(one, {}, root)]));
}

/** However many zeros end a time. Nothing of an error but that there is one. */
export function comparable(outcome: Outcome): unknown {
  return 'error' in outcome ? 'error' : { ...outcome, rows: outcome.rows.map((row) => row.map(inFewDigits)) };
}

function inFewDigits(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.0+|(\.\d*[1-9])0+)$/, '$1$2') : value;
}
