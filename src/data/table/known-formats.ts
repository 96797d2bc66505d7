/** What a file is, by the end of its name. */
import { basename, extname } from 'node:path';

export type PlainFormat = 'csv' | 'tsv' | 'text' | 'json_lines' | 'parquet';
export type Compression = 'gzip' | 'zstd';

export interface KnownFile {
  readonly format: PlainFormat;
  readonly compression?: Compression;
}

const formats: Readonly<Record<string, PlainFormat>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.txt': 'text',
  '.parquet': 'parquet',
  '.jsonl': 'json_lines',
  '.ndjson': 'json_lines',
  '.json': 'json_lines',
};
const compressions: Readonly<Record<string, Compression>> = { '.gz': 'gzip', '.zst': 'zstd' };

/** In words, for whoever named another. */
export const knownEndings = `${Object.keys(formats).join(', ')}, and all but Parquet with ${Object.keys(compressions).join(' or ')} behind it`;

/** Undefined: its name does not tell. Parquet is compressed in itself. */
export function knownFile(path: string): KnownFile | undefined {
  const ending = extname(path).toLowerCase();
  const compression = compressions[ending];
  const format = formats[compression === undefined ? ending : extname(plainName(path)).toLowerCase()];
  if (format === undefined || (compression !== undefined && format === 'parquet')) return undefined;
  return { format, ...(compression !== undefined && { compression }) };
}

/** The name without what tells of its compression. */
export function plainName(path: string): string {
  const ending = extname(path);
  return Object.hasOwn(compressions, ending.toLowerCase()) ? path.slice(0, -ending.length) : path;
}

/** An ending as a sentence has it. */
export function endingInWords(path: string): string {
  const ending = extname(path);
  return `${basename(path)} has ${ending === '' ? 'no extension' : `the extension ${ending}`}`;
}
