import { removeDatastore } from '../../jobs/register-datastore.ts';
import { datastoreKeys } from '../../language/datastores.ts';
import type { AssetOf } from '../../store/assets.ts';
import { accessKind } from '../../store/credentials.ts';
import { defaultDatastore } from '../../store/registry.ts';
import type { DatastoreView } from './asset-views.ts';
import { findAsset, listAssets, nameOf } from './assets.ts';
import { type DatastoreOptions, registerOptions } from './datastore-options.ts';
import { withHome } from './home.ts';

/** Datastores of a home: folders and object stores under names. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.operations.datastoreoperations */
export class DatastoreOperations {
  readonly #home: string;
  /** Made by `MLClient`. @internal */
  constructor(home: string) {
    this.#home = home;
  }

  /** Registers a place under a name, in place of what has the name; a folder is made when it is not there. @throws RequestError for a wrong name or value. */
  async createOrUpdate(datastore: DatastoreOptions): Promise<DatastoreView> {
    await registerOptions(this.#home, datastore, true);
    return this.get(datastore.name);
  }

  /** @throws RequestError when it is not registered. */
  async get(name: string): Promise<DatastoreView> {
    return this.#view(await findAsset(this.#home, 'datastore', name, {}));
  }

  /** The one that every home has. */
  async getDefault(): Promise<DatastoreView> {
    return this.get(defaultDatastore);
  }

  /** All of them. */
  async list(): Promise<readonly DatastoreView[]> {
    return (await listAssets(this.#home, 'datastore', {})).map((asset) => this.#view(asset));
  }

  /** Forgets it, and what gives access to it; what lies there stays. @throws RequestError when it is not registered. */
  async delete(name: string): Promise<void> {
    await withHome(this.#home, (store) => removeDatastore(store, nameOf(name, 'the datastore')));
  }

  #view({ name, place, description, tags }: AssetOf<'datastore'>): DatastoreView {
    const { type: _, ...keys } = datastoreKeys(place);
    const where = Object.fromEntries(
      Object.entries(keys).map(([key, value]) => [key.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()), value]),
    );
    const access = 'path' in place ? undefined : (accessKind(this.#home, name) ?? 'of this machine');
    return {
      name,
      type: place.type,
      ...where,
      ...(access !== undefined && { access }),
      ...(description !== undefined && { description }),
      tags,
    };
  }
}
