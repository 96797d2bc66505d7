import { join } from 'node:path';
import type { DuckDBDataChunk } from '@duckdb/node-api';
import { messageOf } from '../../errors/thrown.ts';
import { duckdb, parquetTable, queryRows, sqlName, sqlPath } from '../duckdb.ts';
import type { HeldPart, HoldPart } from '../fetch/fetched-parts.ts';
import { changedMessage, disk } from '../stores/disk.ts';
import { StoreError } from '../stores/store.ts';
import type { Column, TableReader, TableSlice } from '../types.ts';
import { DataError } from './data-error.ts';
import { type DuckDBTime, momentOf } from './duckdb-times.ts';
import type { ColumnValues, Frame } from './frame.ts';
import { onlyColumns } from './only-columns.ts';
import type { ShortTexts } from './short-texts.ts';

export type RowsSlice = Extract<TableSlice, { kind: 'rows' }>;

/** Reads the rows of a slice; `parse` copies them out of DuckDB's memory. @param hold for files that are not on this machine */
export async function fetchRows(reader: TableReader, slice: RowsSlice, texts: ShortTexts, hold: HoldPart): Promise<{ parse(): Frame }> {
  const path = join(reader.root, slice.path);
  if (slice.part === undefined) {
    await checkVersion(slice, path);
    const rows = await rowsOf(reader, slice, path, texts);
    await checkVersion(slice, path);
    return rows;
  }
  let held: HeldPart;
  try {
    held = await hold(path, slice.part, slice.version);
  } catch (error) {
    throw error instanceof StoreError ? unreadable(slice, error.message, error) : error;
  }
  try {
    return await rowsOf(reader, slice, held.path, texts);
  } finally {
    held.release();
  }
}

async function rowsOf(reader: TableReader, slice: RowsSlice, path: string, texts: ShortTexts): Promise<{ parse(): Frame }> {
  const only = onlyColumns(reader);
  const columns = only === undefined ? reader.columns : reader.columns.filter(({ name }) => only.includes(name));
  const list = columns.length === 0 ? 'file_row_number' : columns.map((column) => selectItem(column, slice)).join(', ');
  const connection = await duckdb();
  let chunks: readonly DuckDBDataChunk[];
  try {
    const result = await connection.run(
      `SELECT ${list} FROM ${parquetTable([path], ', file_row_number = true')} WHERE file_row_number >= ${slice.start} AND file_row_number < ${slice.end}`,
    );
    chunks = await result.fetchAllChunks();
  } catch (error) {
    throw unreadable(slice, firstLine(error), error);
  }
  const length = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  if (length !== slice.end - slice.start) {
    const rows = (await queryRows(`SELECT num_rows::DOUBLE AS rows FROM parquet_file_metadata(${sqlPath(path)})`))[0]?.rows;
    throw unreadable(slice, `the file has ${rows} rows: it has changed since it was planned`);
  }
  return {
    parse: () => ({
      columns,
      values: onDemand(columns, (column, index) => columnValues(column, chunks, index, length, texts)),
      length,
      *pieces() {
        for (const chunk of chunks) {
          yield { values: columns.map((column, index) => rowValues(column, chunk, index, texts)), length: chunk.rowCount };
        }
      },
      locate: async (row, message) => new DataError(`${slice.path}: row ${slice.start + row + 1}: ${message}`),
      places: (rows) => rows.map((row) => ({ unit: 'rows', start: slice.start + row, end: slice.start + row + 1 })),
    }),
  };
}

async function checkVersion(slice: RowsSlice, path: string): Promise<void> {
  if (slice.version === undefined) return;
  const found = await disk.stat(path);
  if (found?.kind === 'file' && found.version !== slice.version) throw unreadable(slice, changedMessage);
}

function unreadable({ path, start, end }: RowsSlice, why: string, cause?: unknown): DataError {
  return new DataError(`${path}: rows ${start + 1} to ${end} cannot be read: ${why}`, { cause });
}

/** Brings the many types of Parquet to the few that can be copied quickly; `src/data/parquet/types.ts` says which is which. */
function selectItem(column: Column, { absent }: RowsSlice): string {
  const name = absent?.includes(column.name) === true ? 'NULL' : sqlName(column.name);
  switch (column.type) {
    case 'integer':
    case 'float':
      return `CAST(${name} AS DOUBLE)`;
    case 'bigint':
      return `CAST(${name} AS BIGINT)`;
    case 'string':
      return `CAST(${name} AS VARCHAR)`;
    case 'ubigint':
    case 'boolean':
    case 'datetime':
    case 'object':
      return name;
  }
}

/** A list whose items are made when they are first looked at. */
function onDemand<P, T>(places: readonly P[], make: (place: P, index: number) => T): readonly T[] {
  const made: T[] = [];
  const list: T[] = [];
  for (const [index, place] of places.entries()) {
    Object.defineProperty(list, index, {
      enumerable: true,
      get: () => {
        made[index] ??= make(place, index);
        return made[index];
      },
    });
  }
  return list;
}

/** As `columnValues`, to make rows of: there a small integer needs no memory of its own, which a number out of a Float64Array does. */
function rowValues(column: Column, chunk: DuckDBDataChunk, index: number, texts: ShortTexts): ColumnValues {
  const length = chunk.rowCount;
  if (column.type !== 'integer') return columnValues(column, [chunk], index, length, texts);
  const vector = chunk.getColumnVector(index);
  const values = new Array<unknown>(length);
  for (let at = 0; at < length; at += 1) {
    const value = vector.getItem(at);
    values[at] = typeof value === 'number' && (value | 0) === value ? value | 0 : value;
  }
  return values;
}

function columnValues(column: Column, chunks: readonly DuckDBDataChunk[], index: number, length: number, texts: ShortTexts): ColumnValues {
  const values = container(column, length);
  let row = 0;
  for (const chunk of chunks) {
    const vector = chunk.getColumnVector(index);
    const count = chunk.rowCount;
    if (column.type === 'datetime') {
      for (let at = 0; at < count; at += 1, row += 1) {
        const time = vector.getItem(at);
        values[row] = time === null ? null : momentOf(time as DuckDBTime);
      }
    } else if (column.type === 'string') {
      const text = texts.reader(vector);
      for (let at = 0; at < count; at += 1, row += 1) values[row] = text(at);
    } else if (column.type === 'object') {
      for (let at = 0; at < count; at += 1, row += 1) values[row] = plain(vector.getItem(at));
    } else {
      for (let at = 0; at < count; at += 1, row += 1) values[row] = vector.getItem(at);
    }
  }
  return values as ColumnValues;
}

function container(column: Column, length: number): { [index: number]: unknown } {
  if (column.nullable) return new Array<unknown>(length);
  if (column.type === 'integer' || column.type === 'float') return new Float64Array(length) as { [index: number]: unknown };
  if (column.type === 'bigint') return new BigInt64Array(length) as { [index: number]: unknown };
  return column.type === 'ubigint' ? (new BigUint64Array(length) as { [index: number]: unknown }) : new Array<unknown>(length);
}

/** DuckDB's own classes for nested values to what JSON would have. */
function plain(value: unknown): unknown {
  // Inside a list or an object every integer has a type of its own: numbers where these hold it.
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if ('bytes' in value && value.bytes instanceof Uint8Array) return value.bytes;
  if ('items' in value && Array.isArray(value.items)) return value.items.map(plain);
  if ('entries' in value) {
    const { entries } = value;
    if (Array.isArray(entries)) return entries.map((entry: { key: unknown; value: unknown }) => [plain(entry.key), plain(entry.value)]);
    return Object.fromEntries(Object.entries(entries as object).map(([key, one]) => [key, plain(one)]));
  }
  return String(value);
}

export function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? '';
}
