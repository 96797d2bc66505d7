/**
 * `mini_batch_size`, read once. What a plain number counts is known only where the input is: files of a folder, bytes of a table.
 * The grammar is that of Azure's reference page (`reference-yaml-job-parallel.md`), and `100 rows`, which is ours.
 */

export type MiniBatchSize =
  /** Not given, or `0`, which is how the Python SDK writes that. */
  | { readonly kind: 'default' }
  /** Files of a file input, bytes of a table; from 1. */
  | { readonly kind: 'number'; readonly number: number }
  /** With a unit: of a table only. From 1. */
  | { readonly kind: 'bytes'; readonly bytes: number }
  /** Of a table only. From 1. */
  | { readonly kind: 'rows'; readonly rows: number };

/** What a table is cut by. */
export type TableSize = Extract<MiniBatchSize, { readonly kind: 'bytes' | 'rows' }>;

export const DEFAULT_SIZE: MiniBatchSize = { kind: 'default' };

/** A pattern that JSON Schema knows too, which has no flag for case. */
export const SIZE_PATTERN = /^\d+([kKmMgG][bB]| ?[rR][oO][wW][sS]?)?$/;

const DEFAULT_FILES = 10;
const DEFAULT_BYTES = 1024 ** 2;
const UNITS = [
  ['gb', 1024 ** 3],
  ['mb', 1024 ** 2],
  ['kb', 1024],
] as const;

/** Undefined: it is none. Sizes that a number cannot hold exactly are none either. */
export function parseMiniBatchSize(written: string | number): MiniBatchSize | undefined {
  const text = String(written);
  if (!SIZE_PATTERN.test(text)) return undefined;
  const rows = /^(\d+) ?rows?$/i.exec(text)?.[1];
  const unit = UNITS.find(([name]) => text.toLowerCase().endsWith(name));
  const number = rows !== undefined ? Number(rows) : Number(unit === undefined ? text : text.slice(0, -2)) * (unit?.[1] ?? 1);
  if (number === 0) return DEFAULT_SIZE;
  if (!Number.isSafeInteger(number)) return undefined;
  if (rows !== undefined) return { kind: 'rows', rows: number };
  return unit === undefined ? { kind: 'number', number } : { kind: 'bytes', bytes: number };
}

/** As it is written in a file; undefined: it is left out. */
export function miniBatchSizeText(size: MiniBatchSize): string | undefined {
  switch (size.kind) {
    case 'default':
      return undefined;
    case 'number':
      return String(size.number);
    case 'rows':
      return `${size.rows} rows`;
    case 'bytes': {
      const unit = UNITS.find(([, factor]) => size.bytes % factor === 0);
      return unit === undefined ? String(size.bytes) : `${size.bytes / unit[1]}${unit[0]}`;
    }
  }
}

/** Files in a mini-batch; undefined for a size that only a table can have. */
export function filesOf(size: MiniBatchSize): number | undefined {
  return size.kind === 'default' ? DEFAULT_FILES : size.kind === 'number' ? size.number : undefined;
}

/** By what a table is cut: about so many bytes, or just so many rows. */
export function tableSizeOf(size: MiniBatchSize): TableSize {
  switch (size.kind) {
    case 'default':
      return { kind: 'bytes', bytes: DEFAULT_BYTES };
    case 'number':
      return { kind: 'bytes', bytes: size.number };
    default:
      return size;
  }
}

/** The same size for every way of writing it, once it is known what is split. */
export function sizeFor(input: 'files' | 'table', size: MiniBatchSize): MiniBatchSize {
  if (input === 'files') return filesOf(size) === DEFAULT_FILES ? DEFAULT_SIZE : size;
  const own = tableSizeOf(size);
  return own.kind === 'bytes' && own.bytes === DEFAULT_BYTES ? DEFAULT_SIZE : own;
}
