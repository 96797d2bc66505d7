/** Registers datastores: places, and apart from them what gives access to these. */
import type { DatastoreBody } from '../language/datastores.ts';
import { makeFolder } from '../os/files.ts';
import type { Asset, NewAsset } from '../store/assets.ts';
import { keepCredentials } from '../store/credentials.ts';
import type { RunStore } from '../store/store.ts';

export type NewDatastore = Pick<Extract<NewAsset, { readonly kind: 'datastore' }>, 'name' | 'description' | 'tags'> & DatastoreBody;

/** In place of the one that has the name. @throws RequestError for a bad name; where a folder cannot be made, nothing is registered */
export function registerDatastore(store: RunStore, { credentials, ...given }: NewDatastore): Asset {
  return store.assets.register({ kind: 'datastore', ...given }, () => {
    if (given.place.type === 'local') makeFolder(given.place.path);
    keepCredentials(store.home, given.name, credentials);
  });
}

/** The place, and what gave access to it, are known no more; what lies there stays. @throws RequestError for one that is not there */
export function removeDatastore(store: RunStore, name: string): void {
  store.exclusively(() => {
    store.assets.remove('datastore', name);
    keepCredentials(store.home, name, undefined);
  });
}
