/** Which items of a step are missing in its output because they failed for good, as its record has it now. */
import { join } from 'node:path';
import { DataError } from '../../data/read/data-error.ts';
import type { RowPlace } from '../../data/read/frame.ts';
import { openFrames } from '../../data/read/reader.ts';
import { addressOf } from '../../data/stores/address.ts';
import { StoreError } from '../../data/stores/store.ts';
import type { Reader, Slice, TableReader, TableSlice } from '../../data/types.ts';
import type { FailedAttempt, ScriptError } from '../../events/types.ts';
import type { Descriptor, ItemRange } from '../../workers/protocol/messages.ts';
import { isPaths, pathsOf } from '../plan/describe.ts';
import { descriptorsOf } from '../plan/manifest.ts';
import { readPast } from '../record/past.ts';
import { readFact, type StateFiles } from '../record/state-files.ts';
import { readFailures } from '../tell/failure-file.ts';

export interface FailedItem {
  readonly miniBatch: number;
  readonly item: ItemPlace;
  /** Of the last attempt. */
  readonly error: Pick<ScriptError, 'type' | 'message'>;
  /** Of a file: as its slice has it. */
  readonly path?: string;
  /** Of a row that is known by itself: where it stands, and how it is read. */
  readonly row?: { readonly reader: TableReader; readonly slice: TableSlice; readonly place: RowPlace };
}

/** A file, by its path; or a piece of a table: one row, or rows that failed together. */
export type ItemPlace =
  | string
  | {
      readonly file: string;
      readonly start: number;
      readonly end: number;
      readonly unit: 'bytes' | 'rows';
      /** Which rows of the piece, from 0 on, where their place in the file is not known any more: from the first to before the last. */
      readonly rows?: readonly [number, number];
    };

/** In input order. Empty for a step that has not begun. What a script left out of its return is not among them: nobody knows which items these are. */
export async function* failedItems(state: StateFiles): AsyncGenerator<FailedItem> {
  const failed = failedRanges(state.ledger);
  if (failed.size === 0) return;
  const readers = readFact(state, 'readers') ?? [];
  const errors = lastErrors(state.failures, failed);
  for (const [miniBatch, text] of descriptorsOf(state.manifest, new Set(failed.keys()))) {
    for await (const { range, ...found } of itemsIn(text, readers, failed.get(miniBatch) ?? [])) {
      const error = errors.get(keyOf(miniBatch, range)) ?? { type: 'Unknown', message: 'What went wrong was not noted.' };
      yield { miniBatch, error, ...found };
    }
  }
}

/** Of a mini-batch that failed as a whole: all there are. */
const whole: ItemRange = { from: 0, to: Number.POSITIVE_INFINITY };

/** By mini-batch, in order: which of its items failed for good. */
function failedRanges(ledger: string): ReadonlyMap<number, readonly ItemRange[]> {
  const { failed, isolations } = readPast(ledger);
  const ranges = new Map<number, readonly ItemRange[]>();
  for (const index of failed.keys()) ranges.set(index, [whole]);
  for (const [index, isolation] of isolations.all) if (isolation.failed.length > 0) ranges.set(index, isolation.failed);
  return ranges;
}

function lastErrors(file: string, of: ReadonlyMap<number, unknown>): ReadonlyMap<string, FailedItem['error']> {
  const last = new Map<string, FailedItem['error']>();
  for (const { miniBatch, part, error } of readFailures(file)) {
    if (of.has(miniBatch)) last.set(keyOf(miniBatch, part ?? whole), { type: error.type, message: error.message });
  }
  return last;
}

function keyOf(miniBatch: number, { from, to }: Required<FailedAttempt>['part']): string {
  return `${miniBatch} ${from} ${to}`;
}

type Found = Pick<FailedItem, 'item' | 'path' | 'row'> & { readonly range: ItemRange };

async function* itemsIn(text: string, readers: readonly Reader[], ranges: readonly ItemRange[]): AsyncGenerator<Found> {
  const [number, slice] = JSON.parse(text) as Descriptor;
  const reader = readers[number];
  if (!isPaths(slice) && reader?.kind === 'table' && !ranges.includes(whole)) yield* rowsIn(slice, reader, ranges);
  else for (const range of ranges) yield* filesOrPieces(slice, reader, range).map((found) => ({ ...found, range }));
}

function filesOrPieces(
  slice: Descriptor[1],
  reader: Reader | undefined,
  { from, to }: ItemRange,
): readonly Pick<FailedItem, 'item' | 'path'>[] {
  const paths = pathsOf(slice);
  if (paths !== undefined) return paths.slice(from, to).map((path) => ({ item: fileOf(reader, path), path }));
  return isPaths(slice) ? [] : slicesOf(slice).map((piece) => ({ item: placeOf(piece, reader) }));
}

/** Rows of a mini-batch, by their places in the file. */
async function* rowsIn(miniBatch: Slice, reader: TableReader, ranges: readonly ItemRange[]): AsyncGenerator<Found> {
  let before = 0;
  for (const slice of slicesOf(miniBatch)) {
    const read = await readPlaces(reader, slice, before, ranges);
    if (read === undefined) {
      for (const range of ranges) yield { item: { ...placeOf(slice, reader), rows: [range.from, range.to] }, range };
      return;
    }
    for (const { place, range } of read.rows) {
      const { unit, start, end } = place;
      yield { item: { file: fileOf(reader, slice.path), start, end, unit }, row: { reader, slice, place }, range };
    }
    before += read.length;
  }
}

/** Undefined where the input is not what it was. */
async function readPlaces(reader: TableReader, slice: TableSlice, before: number, ranges: readonly ItemRange[]) {
  try {
    const frame = await (await (await openFrames(reader)).prefetch(slice)).frame();
    const rows: { readonly row: number; readonly range: ItemRange }[] = [];
    for (const range of ranges) {
      const [first, end] = [Math.max(0, range.from - before), Math.min(range.to - before, frame.length)];
      for (let row = first; row < end; row += 1) rows.push({ row, range });
    }
    const places = frame.places?.(rows.map(({ row }) => row)) ?? [];
    return {
      length: frame.length,
      rows: rows.flatMap(({ range }, at) => (places[at] === undefined ? [] : [{ place: places[at], range }])),
    };
  } catch (error) {
    if (error instanceof DataError || error instanceof StoreError) return undefined;
    throw error;
  }
}

function slicesOf(slice: Slice): readonly TableSlice[] {
  if (slice.kind === 'many') return slice.slices;
  return slice.kind === 'bytes' || slice.kind === 'rows' ? [slice] : [];
}

function fileOf(reader: Reader | undefined, path: string): string {
  if (reader === undefined || reader.kind === 'none') return path;
  return addressOf(reader.store, join(reader.root, path));
}

function placeOf({ kind, path, start, end }: TableSlice, reader: Reader | undefined) {
  return { file: fileOf(reader, path), start, end, unit: kind };
}
