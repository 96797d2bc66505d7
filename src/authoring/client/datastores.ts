import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { datastoreKeys } from '../../language/datastores.ts';
import { datastoreSchemas } from '../../language/schema/datastores.ts';
import type { AssetOf } from '../../store/assets.ts';
import { defaultDatastore } from '../../store/registry.ts';
import { judged } from '../options/judge.ts';
import { camelKeys, define } from '../options/rules.ts';
import type { DatastoreView } from './asset-views.ts';
import { findAsset, listAssets, nameOf } from './assets.ts';
import { withHome } from './home.ts';

/** A folder under a name. */
export interface DatastoreOptions {
  /** Its name, as in `azureml://datastores/NAME/paths/…`. */
  readonly name: string;
  /** The folder, relative to the working directory; made when it is not there. */
  readonly path: string;
  /** What it is. */
  readonly description?: string | undefined;
  /** Tags, by name. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

const { name: nameRule, path, description, tags } = datastoreSchemas.local.shape;
const rules = define<DatastoreOptions>('createOrUpdate', 'datastore')(camelKeys({ name: nameRule, path, description, tags }));

/** Datastores of a home: folders under names. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.operations.datastoreoperations */
export class DatastoreOperations {
  readonly #home: string;
  /** Made by `MLClient`. @internal */
  constructor(home: string) {
    this.#home = home;
  }

  /** Registers a folder, and makes it when it is not there. @throws RequestError for a wrong name or value, and where the name has another folder. */
  async createOrUpdate(datastore: DatastoreOptions): Promise<DatastoreView> {
    const { name, path: folder, description: what, tags: given } = judged(rules, datastore);
    const absolute = resolve(nameOf(folder, "the datastore's folder"));
    await withHome(this.#home, (store) =>
      store.assets.register({
        kind: 'datastore',
        name: nameOf(name, 'the datastore'),
        ...(what !== undefined && { description: what }),
        tags: given ?? {},
        place: { type: 'local', path: absolute },
      }),
    );
    mkdirSync(absolute, { recursive: true });
    return this.get(name);
  }

  /** @throws RequestError when it is not registered. */
  async get(name: string): Promise<DatastoreView> {
    return datastoreView(await findAsset(this.#home, 'datastore', name, {}));
  }

  /** The one that every home has. */
  async getDefault(): Promise<DatastoreView> {
    return this.get(defaultDatastore);
  }

  /** All of them. */
  async list(): Promise<readonly DatastoreView[]> {
    return (await listAssets(this.#home, 'datastore', {})).map(datastoreView);
  }
}

function datastoreView({ name, place, description: what, tags: given }: AssetOf<'datastore'>): DatastoreView {
  const { type, ...where } = datastoreKeys(place);
  return { name, type: place.type, ...where, ...(what !== undefined && { description: what }), tags: given };
}
