import type { Reader, Slice } from '../../data/types.ts';
import type { Descriptor, ItemRange } from '../../workers/protocol/messages.ts';

/**
 * A mini-batch in words, for people: `images/7.png … (10 files)`, `sales.csv bytes 0–1048576`, with its partition values.
 * @param part only these of its items; rows are counted from 0 on
 */
export function describeMiniBatch(text: string, readers: readonly Reader[], part?: ItemRange): string {
  const [reader, slice, partition] = JSON.parse(text) as Descriptor;
  const name = readers.length > 1 ? `${readers[reader]?.name ?? reader}: ` : '';
  const keys = partition
    ? ` (${Object.entries(partition)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ')})`
    : '';
  return `${name}${part === undefined ? describeSlice(slice) : describePart(slice, part)}${keys}`;
}

function describePart(slice: Descriptor[1], { from, to }: ItemRange): string {
  const paths = pathsOf(slice);
  if (paths !== undefined) return describeFiles(paths.slice(from, to));
  return `${describeSlice(slice)}, ${to - from === 1 ? `row ${from}` : `rows ${from}–${to - 1}`} of it`;
}

/** Items of a mini-batch as far as its descriptor tells: files and Parquet rows; undefined for byte ranges, whose rows are counted when they are read. */
export function itemsOf(text: string): number | undefined {
  const [, slice] = JSON.parse(text) as Descriptor;
  if (isPaths(slice)) return slice.length;
  return slice.kind === 'many' ? sum(slice.slices.map(itemsOfSlice)) : itemsOfSlice(slice);
}

function itemsOfSlice(slice: Slice): number | undefined {
  switch (slice.kind) {
    case 'files':
      return slice.paths.length;
    case 'rows':
      return slice.end - slice.start;
    case 'none':
      return 0;
    case 'bytes':
    case 'many':
      return undefined;
  }
}

function sum(parts: readonly (number | undefined)[]): number | undefined {
  return parts.reduce((total, part) => (total === undefined || part === undefined ? undefined : total + part), 0);
}

function describeSlice(slice: Descriptor[1]): string {
  if (isPaths(slice)) return describeFiles(slice);
  switch (slice.kind) {
    case 'files':
      return describeFiles(slice.paths);
    case 'bytes':
      return `${slice.path} bytes ${slice.start}–${slice.end}`;
    case 'rows':
      return `${slice.path} rows ${slice.start}–${slice.end - 1}`;
    case 'many': {
      const [first] = slice.slices;
      if (first === undefined) return 'no rows';
      return slice.slices.length > 1 ? `${describeSlice(first)} … (${slice.slices.length} pieces)` : describeSlice(first);
    }
    case 'none':
      return 'no input';
  }
}

function describeFiles(paths: readonly string[]): string {
  const [first = 'no files'] = paths;
  return paths.length > 1 ? `${first} … (${paths.length} files)` : first;
}

/** Undefined where the mini-batch is no list of files. */
export function pathsOf(slice: Descriptor[1]): readonly string[] | undefined {
  if (isPaths(slice)) return slice;
  return slice.kind === 'files' ? slice.paths : undefined;
}

/** Files whose versions are not known travel as their paths alone. */
export function isPaths(slice: Descriptor[1]): slice is readonly string[] {
  return Array.isArray(slice);
}
