import type { DataStore, StoreFolder } from '../stores/store.ts';
import { decode } from '../text/encoding.ts';
import { type DelimitedFormat, eachRow, UnclosedQuote } from '../text/rows.ts';
import type { Column, TableReader } from '../types.ts';
import { cellParser, misfit, typeNames } from './cells.ts';
import { DataError } from './data-error.ts';
import type { Frame } from './frame.ts';
import { type BytesSlice, lineError, lineOfByte } from './line-error.ts';
import { placesOf, type RowBounds, rowText } from './row-places.ts';

export type DelimitedParser = (bytes: Buffer, slice: BytesSlice) => Promise<Frame>;

/** Turns the bytes of a slice into columns of the types that were decided. */
export function delimitedParser(reader: TableReader, format: DelimitedFormat, store: DataStore): DelimitedParser {
  const files = { store, root: reader.root };
  const parsers = reader.columns.map((column) => cellParser(column, format));
  const isNull = nullTest(format.nulls);
  return async (bytes, slice) => {
    const decoded = decode(bytes, format.encoding, format.zeroBytes);
    if (decoded.kind === 'bad') throw await badByte(reader, files, slice, decoded);
    const { text } = decoded;
    const values = reader.columns.map((): unknown[] => []);
    const fields = slice.fields ?? reader.columns.map((_, index) => index);
    const absent = reader.columns.flatMap((_, index) => (fields.includes(index) ? [] : [index]));
    const starts: number[] = [];
    let wrong: Wrong | undefined;
    const onRow = (cells: string[], quoted: readonly boolean[] | undefined, start: number): boolean => {
      if (cells.length !== fields.length && (cells.length > fields.length || format.shortRows === 'error')) {
        wrong = { start, message: raggedMessage(cells, fields.length) };
        return false;
      }
      for (let position = 0; position < fields.length; position += 1) {
        const index = fields[position] ?? 0;
        const cell = cells[position];
        const value =
          cell === undefined || (isNull(cell) && (format.quotedNulls || quoted?.[position] !== true)) ? null : parsers[index]?.(cell);
        if (value === misfit || (value === null && reader.columns[index]?.nullable === false)) {
          wrong = { start, message: misfitMessage(reader, reader.columns[index], value === null ? null : cell) };
          return false;
        }
        values[index]?.push(value);
      }
      for (const index of absent) values[index]?.push(null);
      starts.push(start);
      return true;
    };
    try {
      eachRow(text, format, onRow);
    } catch (error) {
      if (!(error instanceof UnclosedQuote)) throw error;
      wrong = { start: error.position, message: 'a quote opens in this line and is never closed.' };
    }
    if (wrong !== undefined) throw await lineError(files, slice, text.slice(0, wrong.start), wrong.message);
    const locate = (row: number, message: string): Promise<DataError> => lineError(files, slice, text.slice(0, starts[row]), message);
    const places = (rows: readonly number[]) => placesOf(boundsOf(text, format, rows), text, slice, format.encoding);
    const itsText = () => rowText(bytes, text, starts, format.encoding);
    return { columns: reader.columns, values, length: starts.length, locate, places, text: itsText };
  };
}

function boundsOf(text: string, format: DelimitedFormat, rows: readonly number[]): readonly RowBounds[] {
  const wanted = new Set(rows);
  const found: RowBounds[] = [];
  let row = 0;
  eachRow(text, format, (_cells, _quoted, start, next) => {
    if (wanted.has(row)) found.push({ start, end: Math.min(next, text.length) });
    row += 1;
    return found.length < wanted.size;
  });
  return found;
}

interface Wrong {
  /** Position of the row in the text. */
  readonly start: number;
  readonly message: string;
}

export function nullTest(nulls: readonly string[]): (cell: string) => boolean {
  if (nulls.length === 0) return () => false;
  if (nulls.length === 1 && nulls[0] === '') return (cell) => cell === '';
  const set = new Set(nulls);
  const longest = Math.max(...nulls.map((text) => text.length));
  // Most cells can be told by their first letter, which is quicker than to look them up.
  const first = new Uint8Array(128);
  for (const text of nulls) first[text.charCodeAt(0)] = 1;
  return (cell) => cell.length <= longest && (cell === '' || first[cell.charCodeAt(0)] === 1) && set.has(cell);
}

function raggedMessage(cells: readonly string[], expected: number): string {
  const shown = cells.slice(0, 5).map((cell) => JSON.stringify(shorten(cell)));
  return `the row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} where ${expected} are expected: ${shown.join(', ')}${cells.length > 5 ? ', …' : ''}.`;
}

export function misfitMessage(reader: TableReader, column: Column | undefined, value: string | null | undefined): string {
  const found = value === null || value === undefined ? 'null' : JSON.stringify(shorten(value));
  return `column ${JSON.stringify(column?.name)}: ${found} is not ${typeNames[column?.type ?? 'string']}. ${reader.typesHint}`;
}

export function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

export async function badByte(
  reader: TableReader,
  files: StoreFolder,
  slice: BytesSlice,
  bad: { readonly offset: number; readonly what: string },
): Promise<DataError> {
  const offset = slice.start + bad.offset;
  const line = await lineOfByte(files, slice.path, offset);
  return new DataError(
    `${slice.path}:${line}: byte ${offset} of the file is ${bad.what}. The encoding is taken to be ${encodingName(reader)}.`,
  );
}

function encodingName({ format }: TableReader): string {
  return format.kind === 'parquet' ? 'binary' : format.encoding;
}
