import { RequestError } from '../../errors/types.ts';
import type { DataStore } from './store.ts';

/** Refuses, with a RequestError that names the path, what only a path on this machine can be used for. `what`: the subject of the sentence. */
export function checkOnDisk(store: DataStore, path: string, what: string): void {
  if (store.place.kind === 'disk') return;
  throw new RequestError({
    code: 'not-on-disk',
    message: `${what} read from this machine's disk only, so this must be fetched first: ${store.describe(path)}.`,
  });
}
