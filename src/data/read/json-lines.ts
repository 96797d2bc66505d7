import type { DataStore } from '../stores/store.ts';
import { decode } from '../text/encoding.ts';
import type { Column, TableFormat, TableReader } from '../types.ts';
import { isJsonObject, parseJsonLine } from '../typing/json.ts';
import { misfit, typeNames } from './cells.ts';
import type { DataError } from './data-error.ts';
import { badByte, shorten } from './delimited.ts';
import type { Frame } from './frame.ts';
import { type BytesSlice, lineError } from './line-error.ts';
import { placesOf, rowText } from './row-places.ts';

export type JsonLinesFormat = Extract<TableFormat, { kind: 'json_lines' }>;

/** Turns lines of JSON into columns of the types that were decided. */
export function jsonLinesParser(
  reader: TableReader,
  format: JsonLinesFormat,
  store: DataStore,
): (bytes: Buffer, slice: BytesSlice) => Promise<Frame> {
  const files = { store, root: reader.root };
  const known = new Map(reader.columns.map((column, index) => [column.name, index]));
  return async (bytes, slice) => {
    const decoded = decode(bytes, format.encoding);
    if (decoded.kind === 'bad') throw await badByte(reader, files, slice, decoded);
    const { text } = decoded;
    const values = reader.columns.map((): unknown[] => []);
    const starts: number[] = [];
    for (let at = 0; at < text.length; ) {
      const feed = text.indexOf('\n', at);
      const end = feed < 0 ? text.length : feed;
      const line = text.slice(at, end);
      if (line !== '' && line !== '\r') {
        const row = parseRow(line);
        if (row !== undefined) {
          const problem = addRow(row, reader, known, values);
          if (problem !== undefined) throw await lineError(files, slice, text.slice(0, at), problem);
          starts.push(at);
        } else if (format.badRows === 'error') {
          const message = `the line is no JSON object: ${JSON.stringify(shorten(line))}. invalid_lines: drop in an MLTable leaves such lines out.`;
          throw await lineError(files, slice, text.slice(0, at), message);
        }
      }
      at = end + 1;
    }
    const locate = (row: number, message: string): Promise<DataError> => lineError(files, slice, text.slice(0, starts[row]), message);
    const endOf = (start: number): number => text.indexOf('\n', start) + 1 || text.length;
    const bounds = (row: number) => ({ start: starts[row] ?? 0, end: endOf(starts[row] ?? 0) });
    const places = (rows: readonly number[]) => placesOf(rows.map(bounds), text, slice, format.encoding);
    const itsText = () => rowText(bytes, text, starts, format.encoding);
    return { columns: reader.columns, values, length: starts.length, locate, places, text: itsText };
  };
}

function parseRow(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const row = parseJsonLine(line);
    return isJsonObject(row) ? row : undefined;
  } catch {
    return undefined;
  }
}

/** Adds the row to the columns, or says why it does not fit. */
function addRow(
  row: Readonly<Record<string, unknown>>,
  reader: TableReader,
  known: ReadonlyMap<string, number>,
  values: readonly unknown[][],
): string | undefined {
  for (const key of Object.keys(row)) {
    if (!known.has(key)) return `the key ${JSON.stringify(key)} is no column. ${reader.typesHint}`;
  }
  for (const [index, column] of reader.columns.entries()) {
    const found = Object.hasOwn(row, column.name) ? row[column.name] : null;
    const value = found === null ? null : fit(found, column);
    if (value === misfit || (value === null && !column.nullable)) {
      return `column ${JSON.stringify(column.name)}: ${shorten(typeof found === 'bigint' ? String(found) : JSON.stringify(found, bigintText))} is not ${typeNames[column.type]}. ${reader.typesHint}`;
    }
    values[index]?.push(value);
  }
  return undefined;
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** The value as the column's type has it; `misfit` when it is of another kind. */
function fit(value: unknown, column: Column): unknown {
  switch (column.type) {
    case 'object':
      return value;
    case 'string':
      return typeof value === 'string' ? value : misfit;
    case 'boolean':
      return typeof value === 'boolean' ? value : misfit;
    case 'integer':
      return Number.isSafeInteger(value) ? value : misfit;
    case 'float':
      return typeof value === 'number' ? value : misfit;
    case 'bigint':
      return toBigInt(value, BigInt.asIntN);
    case 'ubigint':
      return toBigInt(value, BigInt.asUintN);
    case 'datetime':
      return misfit;
  }
}

function toBigInt(value: unknown, wrap: (bits: number, value: bigint) => bigint): unknown {
  const whole = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
  return whole !== undefined && wrap(64, whole) === whole ? whole : misfit;
}
