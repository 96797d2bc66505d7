import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataStore } from '../stores/store.ts';
import { FetchedParts, type HoldPart } from './fetched-parts.ts';

/** For whoever reads once or twice: a part is fetched when it is asked for, and gone when it is given back. */
export function partAlone(store: DataStore): HoldPart {
  return async (path, part, version) => {
    const parts = new FetchedParts(await mkdtemp(join(tmpdir(), 'prl-part-')), 0);
    try {
      const held = await parts.hold({ store, path, ...(version !== undefined && { version }) }, part);
      return { path: held.path, release: () => void parts.close() };
    } catch (error) {
      await parts.close();
      throw error;
    }
  };
}
