/** Which items of a step are missing in its output because their mini-batch failed for good, as its record has it now. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Reader, Slice, TableSlice } from '../../data/types.ts';
import type { FailedAttempt, ScriptError } from '../../events/types.ts';
import type { Descriptor } from '../../workers/protocol/messages.ts';
import { isPaths } from '../plan/describe.ts';
import { descriptorsOf } from '../plan/manifest.ts';
import { readLedger } from '../record/ledger.ts';
import { readFact, type StateFiles } from '../record/state-files.ts';
import { readFailures } from '../tell/failure-file.ts';

export interface FailedItem {
  readonly miniBatch: number;
  readonly item: ItemPlace;
  /** Of the last attempt. */
  readonly error: Pick<ScriptError, 'type' | 'message'>;
}

/** A file, by its path; or a piece of a table, whose rows fail together. */
export type ItemPlace = string | { readonly file: string; readonly start: number; readonly end: number; readonly unit: 'bytes' | 'rows' };

/** In input order. Empty for a step that has not begun. What a script left out of its return is not among them: nobody knows which items these are. */
export function* failedItems(state: StateFiles): Generator<FailedItem> {
  const failed = failedMiniBatches(state.ledger);
  if (failed.size === 0) return;
  const readers = readFact(state, 'readers') ?? [];
  const last = lastFailures(state.failures, failed);
  for (const [miniBatch, text] of descriptorsOf(state.manifest, failed)) {
    const { type, message } = last.get(miniBatch)?.error ?? { type: 'Unknown', message: 'What went wrong was not noted.' };
    for (const item of itemsOf(text, readers)) yield { miniBatch, item, error: { type, message } };
  }
}

function failedMiniBatches(ledger: string): ReadonlySet<number> {
  const failed = new Set<number>();
  if (!existsSync(ledger)) return failed;
  readLedger(ledger, ({ kind, index }) => {
    if (kind === 'failed') failed.add(index);
    else if (kind === 'done' || kind === 'reopened') failed.delete(index);
  });
  return failed;
}

function lastFailures(file: string, of: ReadonlySet<number>): ReadonlyMap<number, FailedAttempt> {
  const last = new Map<number, FailedAttempt>();
  for (const failure of readFailures(file)) if (of.has(failure.miniBatch)) last.set(failure.miniBatch, failure);
  return last;
}

function itemsOf(text: string, readers: readonly Reader[]): readonly ItemPlace[] {
  const [reader, slice] = JSON.parse(text) as Descriptor;
  const found = readers[reader];
  const root = found === undefined || found.kind === 'none' ? '' : found.root;
  return isPaths(slice) ? slice.map((path) => join(root, path)) : placesOf(slice, root);
}

function placesOf(slice: Slice, root: string): readonly ItemPlace[] {
  switch (slice.kind) {
    case 'none':
      return [];
    case 'files':
      return slice.paths.map((path) => join(root, path));
    case 'many':
      return slice.slices.map((piece) => placeOf(piece, root));
    case 'bytes':
    case 'rows':
      return [placeOf(slice, root)];
  }
}

function placeOf({ kind, path, start, end }: TableSlice, root: string): ItemPlace {
  return { file: join(root, path), start, end, unit: kind };
}
