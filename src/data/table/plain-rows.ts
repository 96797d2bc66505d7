import { isAscii } from 'node:buffer';
import { cellParser, misfit } from '../read/cells.ts';
import { nullTest } from '../read/delimited.ts';
import type { ColumnValues, RowText } from '../read/frame.ts';
import type { DelimitedFormat } from '../text/rows.ts';
import type { Column, TableReader } from '../types.ts';

/** Rows as they stand, and of some columns the values. */
export interface KeyedRows {
  readonly text: RowText;
  readonly keys: readonly ColumnValues[];
  readonly length: number;
}

/** Undefined: something in these bytes is not plain, and they have to be read in full. */
export type PlainRows = (bytes: Buffer) => KeyedRows | undefined;

const feed = 10;
const carriageReturn = 13;
const minus = 45;
const point = 46;
/** As many as every integer of 53 bits has room for. */
const fewDigits = 15;

/**
 * Finds rows without making strings of the cells that are no keys, which is most of what reading costs. For bytes that are ASCII
 * without quotes; every cell is checked as if it were read, and what is no row of the table is left to whoever reads in full.
 */
export function plainRows(reader: TableReader, format: DelimitedFormat, keys: readonly string[]): PlainRows {
  const { quote, zeroBytes, encoding, blankLinesAreEmpty } = format;
  const isNull = nullTest(format.nulls);
  const readers = reader.columns.map((column) => cellReader(column, format, isNull));
  const isNeverNull = !format.nulls.some((text) => isDigits(Buffer.from(text), 0, text.length, 1));
  const checks = reader.columns.map((column, index) => cellCheck(column, readers[index] ?? (() => misfit), isNeverNull));
  const positions = keys.map((key) => reader.columns.findIndex(({ name }) => name === key));
  const delimiter = format.delimiter.charCodeAt(0);
  const last = checks.length - 1;
  return (bytes) => {
    if (encoding === 'utf-16le' || !isAscii(bytes) || (quote !== null && bytes.includes(quote))) return undefined;
    if (zeroBytes === 'error' && bytes.includes(0)) return undefined;
    const values = positions.map((): unknown[] => []);
    const starts: number[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      const first = bytes[at];
      if (first === feed) continue;
      if (first === carriageReturn || (blankLinesAreEmpty && (first === 32 || first === 9))) return undefined;
      starts.push(starts.length === 0 ? 0 : at);
      for (let index = 0; index <= last; index += 1, at += 1) {
        const from = at;
        let code = bytes[at];
        while (code !== delimiter && code !== feed && code !== carriageReturn && at < bytes.length) {
          at += 1;
          code = bytes[at];
        }
        // One cell too many, or too few.
        if ((index === last) === (code === delimiter)) return undefined;
        const key = positions.indexOf(index);
        if (key < 0) {
          if (checks[index]?.(bytes, from, at) !== true) return undefined;
        } else {
          const value = readers[index]?.(bytes.toString('latin1', from, at));
          if (value === misfit) return undefined;
          values[key]?.push(value);
        }
        if (index < last) continue;
        if (code === carriageReturn && bytes[at + 1] !== feed) return undefined;
        if (code === carriageReturn) at += 1;
        break;
      }
    }
    return { text: { bytes, starts }, keys: positions.map((index) => values[positions.indexOf(index)] ?? []), length: starts.length };
  };
}

/** The value of a cell, `misfit` where a table cannot have it. */
type CellReader = (cell: string) => unknown;

function cellReader(column: Column, format: DelimitedFormat, isNull: (cell: string) => boolean): CellReader {
  const parse = cellParser(column, format);
  return (cell) => {
    if (!isNull(cell)) return parse(cell);
    return column.nullable ? null : misfit;
  };
}

type CellCheck = (bytes: Buffer, from: number, to: number) => boolean;

/** Most cells can be told by their bytes. @param isNeverNull what is digits is no null */
function cellCheck({ type, nullable }: Column, read: CellReader, isNeverNull: boolean): CellCheck {
  const isValue = nullable || isNeverNull;
  const inFull: CellCheck = (bytes, from, to) => read(bytes.toString('latin1', from, to)) !== misfit;
  if (type === 'string' && nullable) return () => true;
  if (type === 'float') return (bytes, from, to) => (isValue && isDigits(bytes, from, to, 1)) || inFull(bytes, from, to);
  if (type === 'integer' || type === 'bigint')
    return (bytes, from, to) => (isValue && to - from <= fewDigits && isDigits(bytes, from, to, 0)) || inFull(bytes, from, to);
  return inFull;
}

/** Digits, perhaps behind a minus, with so many points at most that do not come first. */
function isDigits(bytes: Buffer, from: number, to: number, points: number): boolean {
  const start = bytes[from] === minus ? from + 1 : from;
  let left = points;
  for (let at = start; at < to; at += 1) {
    const code = bytes[at] ?? 0;
    if (code >= 48 && code <= 57) continue;
    if (code !== point || left === 0 || at === start) return false;
    left -= 1;
  }
  return to > start;
}
