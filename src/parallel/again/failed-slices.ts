/** What failed for good, as mini-batches for another run: each with the items alone that failed. */
import type { Slice, TableSlice } from '../../data/types.ts';
import { descriptorsOf } from '../plan/manifest.ts';
import { readersText } from '../plan/only.ts';
import { type OnlyFact, readFact, type StateFiles } from '../record/state-files.ts';
import { failedItems } from './failed-items.ts';

/** Undefined where nothing has. */
export async function failedSlices(state: StateFiles): Promise<Required<Pick<OnlyFact, 'readers' | 'miniBatches'>> | undefined> {
  const slices = new Map<number, Slice | undefined>();
  for await (const { miniBatch, item, path, row } of failedItems(state)) {
    const known = slices.get(miniBatch);
    if (path !== undefined && typeof item === 'string') slices.set(miniBatch, withPath(known, path));
    else if (row !== undefined) slices.set(miniBatch, withRow(known, { ...row.slice, start: row.place.start, end: row.place.end }));
    else slices.set(miniBatch, undefined);
  }
  if (slices.size === 0) return undefined;
  const texts = descriptorsOf(state.manifest, new Set(slices.keys()));
  const miniBatches = [...texts].map(([index, text]) => {
    const slice = slices.get(index);
    return { index, text, ...(slice !== undefined && { slice }) };
  });
  return { readers: readersText(readFact(state, 'readers') ?? [], state.scratch), miniBatches };
}

function withPath(known: Slice | undefined, path: string): Slice {
  return { kind: 'files', paths: known?.kind === 'files' ? [...known.paths, path] : [path] };
}

function withRow(known: Slice | undefined, row: TableSlice): Slice {
  return { kind: 'many', slices: known?.kind === 'many' ? [...known.slices, row] : [row] };
}
