import type { ColumnValues, Frame, RowText } from '../read/frame.ts';
import type { DelimitedFormat } from '../text/rows.ts';
import type { Column } from '../types.ts';
import { rowJson } from './row-json.ts';

/** What stands for null: never written for anything else, because text is always in quotes. */
const nullText = '\\N';
const dateFormat = '%Y-%m-%dT%H:%M:%S.%fZ';

/** How rows that had to be put on disk are written: every value comes back as it was. */
export const rowTextFormat: DelimitedFormat = {
  kind: 'delimited',
  delimiter: ',',
  quote: '"',
  encoding: 'utf-8',
  multiline: true,
  bareCarriageReturn: false,
  nulls: [nullText],
  quotedNulls: false,
  trueValues: ['true'],
  falseValues: ['false'],
  blankLinesAreEmpty: false,
  zeroBytes: 'text',
  shortRows: 'error',
};

/** The columns as a reader of this format has to be told of them. */
export function rowTextColumns(columns: readonly Column[]): readonly Column[] {
  return columns.map(({ name, type, nullable }) => ({ name, type, nullable, ...(type === 'datetime' ? { formats: [dateFormat] } : {}) }));
}

/** Writes rows of a frame, each with its line end. */
export function rowWriter({ columns, values }: Frame): (row: number) => string {
  const cells = columns.map((column, index) => cellWriter(column, values[index] ?? []));
  return (row) => {
    let line = '';
    for (let index = 0; index < cells.length; index += 1) line += (index === 0 ? '' : ',') + (cells[index]?.(row) ?? nullText);
    return `${line}\n`;
  };
}

/** All rows of a frame, written so. */
export function writtenRows(frame: Frame): RowText {
  const write = rowWriter(frame);
  const lines = Array.from({ length: frame.length }, (_, row) => write(row));
  const text = lines.join('');
  const bytes = Buffer.from(text);
  const lengthOf = bytes.length === text.length ? (line: string) => line.length : Buffer.byteLength;
  const starts = new Float64Array(lines.length);
  for (let row = 1; row < lines.length; row += 1) starts[row] = (starts[row - 1] ?? 0) + lengthOf(lines[row - 1] ?? '');
  return { bytes, starts };
}

function cellWriter(column: Column, values: ColumnValues): (row: number) => string {
  const write = valueWriter(column);
  return (row) => {
    const value = values[row];
    return value === null || value === undefined ? nullText : write(value);
  };
}

function valueWriter({ type }: Column): (value: unknown) => string {
  switch (type) {
    case 'string':
      return (value) => quoted(String(value));
    case 'datetime':
      return (value) => (value instanceof Date ? value.toISOString() : nullText);
    case 'object':
      return (value) => quoted(rowJson(value));
    case 'float':
      return (value) => (Object.is(value, -0) ? '-0' : String(value));
    case 'integer':
    case 'bigint':
    case 'ubigint':
    case 'boolean':
      return String;
  }
}

function quoted(text: string): string {
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}
