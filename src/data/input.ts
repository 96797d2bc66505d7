import { RequestError } from '../errors/types.ts';
import { type DataStore, type Found, StoreError } from './stores/store.ts';
import type { PlannedMiniBatch, Reader, SplitInput } from './types.ts';

/** What became of one input: its reader, and its mini-batches as a stream. */
export interface InputPlan {
  readonly reader: Reader;
  readonly notices: readonly string[];
  /** In input order, without the reader's index. An empty one says that planning goes on. */
  chunks(): AsyncIterable<readonly UnnumberedMiniBatch[]>;
}

export type UnnumberedMiniBatch = Omit<PlannedMiniBatch, 'reader'>;

/** What is at the input's path; a RequestError that names the input when there is nothing, or nothing that can be read. */
export async function statInput({ name, path }: SplitInput, store: DataStore): Promise<'file' | 'folder'> {
  let found: Found | undefined;
  try {
    found = await store.stat(path);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new RequestError({ code: 'unreadable-path', message: `The input '${name}' cannot be read: ${error.message}.` });
  }
  if (found === undefined) {
    throw new RequestError({ code: 'missing-path', message: `The input '${name}' does not exist: ${store.describe(path)}.` });
  }
  if (found.kind !== 'other') return found.kind;
  const message = `The input '${name}' is neither a file nor a folder: ${store.describe(path)}.`;
  throw new RequestError({ code: 'wrong-path', message });
}
