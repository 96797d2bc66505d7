/** Whether a datastore can be reached and listed, and who asks. */
import { StoreError } from '../data/stores/store.ts';
import { RequestError } from '../errors/types.ts';
import { locate } from '../pipeline/bind/locate.ts';
import { openObject } from '../pipeline/bind/open-object.ts';
import type { RunStore } from '../store/store.ts';

export interface CheckedDatastore {
  /** A folder, or an address. */
  readonly address: string;
  /** Whom the store knows as asking; undefined for a folder of this machine. */
  readonly who?: string;
  /** One file of it; undefined: it is empty. */
  readonly first?: string;
}

/** @throws RequestError that says what is in the way */
export async function checkDatastore(
  { assets }: RunStore,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<CheckedDatastore> {
  const location = locate(`azureml://datastores/${name}`, 'uri_folder', assets);
  try {
    if (location.kind !== 'object') {
      const { disk } = await import('../data/stores/disk.ts');
      const path = location.kind === 'local' ? location.path : location.address;
      if ((await disk.stat(path))?.kind !== 'folder') throw new StoreError('missing', `there is no folder at ${path}`);
      return { address: path, ...(await firstOf(disk.list(path))) };
    }
    const { store, path } = await openObject(location, env);
    const first = await firstOf(store.list(path));
    return { address: store.describe(path), who: store.who(), ...first };
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof RequestError)) throw error;
    throw new RequestError({ code: 'unreachable-datastore', message: `The datastore ${name}: ${error.message}` }, { cause: error });
  }
}

async function firstOf(listing: AsyncIterable<readonly { readonly path: string }[]>): Promise<{ readonly first?: string }> {
  for await (const [file] of listing) if (file !== undefined) return { first: file.path };
  return {};
}
