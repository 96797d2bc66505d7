/** Returned rows as the lines of the output file. */
import type { AppendRowSettings } from '../protocol/messages.ts';
import { CsvWriter, csvFormat } from './csv.ts';
import { isoTime } from './iso-time.ts';
import { badRow, isThenable } from './returned.ts';

// As it is before the script runs.
const { isArray } = Array;

export interface RowEncoder {
  /** One row with its newline. `position` (0-based, in what `run` returned) is for messages. */
  encode(row: unknown, position: number): string;
}

/** @param header is called once, with the output's first line, when a row has decided it. */
export function rowEncoder(settings: AppendRowSettings, header: (text: string) => void): RowEncoder {
  const structured = settings.objects.format === 'csv' ? csvRows(settings.objects.toCsv, header) : jsonRows;
  return {
    encode(row, position) {
      switch (typeof row) {
        case 'string':
          return `${row}\n`;
        case 'number':
        case 'bigint':
        case 'boolean':
          return `${row}\n`;
        case 'object':
          if (row === null) return 'null\n';
          if (row instanceof Date) return `${isoTime(row)}\n`;
          if (isThenable(row)) throw badRow(row, position);
          return structured(row, position);
        default:
          throw badRow(row, position);
      }
    },
  };
}

type StructuredRow = (row: object, position: number) => string;

function csvRows(toCsv: Readonly<Record<string, unknown>>, header: (text: string) => void): StructuredRow {
  const writer = new CsvWriter(csvFormat(toCsv));
  let told = false;
  const tellHeader = () => {
    told = true;
    const text = writer.header();
    if (text !== undefined) header(text);
  };
  return (row, position) => {
    if (isArray(row)) {
      // An array has no names: only a header that the settings spell out stands above it.
      if (!told && isArray(toCsv.header)) tellHeader();
      return writer.array(row);
    }
    writer.decideColumns(row);
    if (!told) tellHeader();
    return writer.object(row, position);
  };
}

const { stringify } = JSON;

/** A bigint is written as a string: a JSON number of that size would lose digits in most readers. */
const jsonRows: StructuredRow = (row) => `${stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`;
