/** Returned rows as they stand in a segment, which but for Parquet is how they stand in the output file. */
import type { AppendRowSettings } from '../protocol/messages.ts';
import type { Agree } from './agreement.ts';
import { Columns } from './columns.ts';
import { CsvWriter, csvFormat } from './csv.ts';
import { isoTime } from './iso-time.ts';
import { ParquetRows } from './parquet-rows.ts';
import { plainJson } from './plain-json.ts';
import { badRow, isThenable } from './returned.ts';
import type { RowEncoder } from './row-encoder.ts';

// As it is before the script runs.
const { isArray } = Array;
const { isView } = ArrayBuffer;

/**
 * @param agree settles with the other workers what the columns are
 * @param header is called when what must be known before the rows count is known: the file's first line, or its columns
 */
export function rowEncoder(settings: AppendRowSettings, agree: Agree, header: (text: string) => void): RowEncoder {
  switch (settings.form) {
    case 'text':
      return { encode: textRow };
    case 'json_lines':
      return { encode: jsonRow };
    case 'csv':
      return csvRows(settings.toCsv, agree, header);
    case 'parquet':
      return new ParquetRows(agree, header);
  }
}

function csvRows(toCsv: Readonly<Record<string, unknown>>, agree: Agree, header: (text: string) => void): RowEncoder {
  const writer = new CsvWriter(csvFormat(toCsv), new Columns(agree));
  let told = false;
  const structured = (value: object, position: number): string => {
    const row = isView(value) ? Array.from(value as Float64Array) : value;
    if (!told) {
      const text = writer.header(row);
      if (text !== undefined) header(text);
      told = text !== undefined;
    }
    return isArray(row) ? writer.array(row) : writer.object(row, position);
  };
  return {
    encode(row, position) {
      if (typeof row === 'string') return `${row}\n`;
      return isStructured(row, position) ? structured(row, position) : writer.array([row]);
    },
  };
}

function textRow(row: unknown, position: number): string {
  if (typeof row === 'string') return `${row}\n`;
  if (isStructured(row, position)) return `${plainJson(row)}\n`;
  return row instanceof Date ? `${isoTime(row)}\n` : `${row}\n`;
}

/** Strings stand as they are: they may be lines of JSON already. */
function jsonRow(row: unknown, position: number): string {
  if (typeof row === 'string') return `${row}\n`;
  // A bigint by itself loses nothing.
  return `${isStructured(row, position) || typeof row !== 'bigint' ? plainJson(row) : row}\n`;
}

/** Whether it has cells, or is one itself. @throws AttemptError where it is neither */
function isStructured(row: unknown, position: number): row is object {
  switch (typeof row) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return false;
    case 'object':
      if (row === null || row instanceof Date) return false;
      if (!isThenable(row)) return true;
  }
  throw badRow(row, position);
}
