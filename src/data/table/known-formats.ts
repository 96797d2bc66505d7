import { basename, extname } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import type { SplitInput } from '../types.ts';

export type PlainFormat =
  | { readonly kind: 'delimited'; readonly delimiter: string }
  | { readonly kind: 'json_lines' }
  | { readonly kind: 'parquet' };

const byExtension: Readonly<Record<string, PlainFormat>> = {
  '.csv': { kind: 'delimited', delimiter: ',' },
  '.tsv': { kind: 'delimited', delimiter: '\t' },
  '.parquet': { kind: 'parquet' },
  '.jsonl': { kind: 'json_lines' },
  '.ndjson': { kind: 'json_lines' },
};

/** The format of a plain file by its extension; a RequestError that names the known ones when it is not known. */
export function formatOfFile(input: SplitInput): PlainFormat {
  const extension = extname(input.path).toLowerCase();
  const format = byExtension[extension];
  if (format !== undefined) return format;
  throw new RequestError({
    code: 'unknown-format',
    message: `The input '${input.name}' is one file, so it is read as a table, but ${basename(input.path)} has ${
      extension === '' ? 'no extension' : `the extension ${extension}`
    }. Known are ${Object.keys(byExtension).join(', ')}.`,
    hint: 'For other text write an MLTable with read_delimited or read_json_lines; for a list of files give a folder (type uri_folder).',
  });
}
