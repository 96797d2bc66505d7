/** Opens what `locate` found in an object store. */
import type { ObjectStore } from '../../data/stores/object/object-store.ts';
import type { DataStore } from '../../data/stores/store.ts';
import type { ObjectAddress } from './object-address.ts';

export interface FarData {
  readonly store: DataStore;
  /** In the store: a key, or what keys begin with. */
  readonly path: string;
}

/**
 * The store that an address leads to, with what gives access to it, and the path in it.
 * @throws StoreError where the settings of the environment cannot be read, RequestError where the credentials cannot
 */
export async function openObject(
  { place, path, access, owner }: ObjectAddress,
  env: Readonly<Record<string, string | undefined>>,
): Promise<FarData & { readonly store: ObjectStore }> {
  const { openObjectStore } = await import('../../data/stores/object/open.ts');
  const secret = access?.();
  const store = await openObjectStore(place, { env, ...(secret !== undefined && { secret }), ...(owner !== undefined && { owner }) });
  return { store, path };
}
