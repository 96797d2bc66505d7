import { join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { type DataStore, StoreError } from '../stores/store.ts';

export const mltableName = 'MLTable';

/** The MLTable file in a folder; undefined when there is none. A RequestError when that cannot be told. */
export async function findMLTable(store: DataStore, folder: string): Promise<string | undefined> {
  const file = join(folder, mltableName);
  try {
    return (await store.stat(file))?.kind === 'file' ? file : undefined;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new RequestError({ code: 'unreadable-file', message: `The file cannot be read: ${error.message}.`, file: store.describe(file) });
  }
}
