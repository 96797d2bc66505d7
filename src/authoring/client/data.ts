import { existsSync } from 'node:fs';
import { RequestError } from '../../errors/types.ts';
import { registerLocated } from '../../jobs/register-located.ts';
import type { AssetOf } from '../../store/assets.ts';
import { LocalPath, localPath } from '../document.ts';
import { judged } from '../options/judge.ts';
import { type Data, type DataOptions, dataRules, type Model, type ModelOptions, modelRules } from '../v2/entities.ts';
import type { AssetFilter, DataAssetView, Which } from './asset-views.ts';
import { assetView, findAsset, listAssets, nameOf, setArchived } from './assets.ts';
import { withHome } from './home.ts';

/** Data or models of a home, by name and version. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.operations.dataoperations */
export class DataOperations {
  readonly #home: string;
  readonly #kind: 'data' | 'model';
  /** Made by `MLClient`. @internal */
  constructor(home: string, kind: 'data' | 'model') {
    this.#home = home;
    this.#kind = kind;
  }

  /** Registers it. @throws RequestError for a wrong name or value, a path that is not there, or a version that is there with another content. */
  async createOrUpdate(asset: Data | Model | DataOptions | ModelOptions): Promise<DataAssetView> {
    const { name, version, type, path, description, tags } = this.#kind === 'data' ? judged(dataRules, asset) : judged(modelRules, asset);
    const wanted = nameOf(name, this.#kind);
    const where = localPath(pathOf(path));
    if (where instanceof LocalPath && !existsSync(where.absolute)) {
      throw new RequestError({ code: 'missing-path', message: `There is nothing at ${where.absolute}.`, path: 'path' });
    }
    return withHome(this.#home, (store) => {
      const registered = registerLocated(store, {
        kind: this.#kind,
        name: wanted,
        ...(version !== undefined && { version: String(version) }),
        ...(description !== undefined && { description }),
        tags: tags ?? {},
        type: type ?? (this.#kind === 'data' ? 'uri_folder' : 'custom_model'),
        path: where instanceof LocalPath ? where.absolute : where,
      });
      return dataView(store.assets.resolve(this.#kind, registered.name, { version: registered.version }));
    });
  }

  /** @param which a version, or `{ version }` or `{ label }`. Default: the newest. @throws RequestError when it is not registered. */
  async get(name: string, which: Which | string | number = {}): Promise<DataAssetView> {
    return dataView(await findAsset(this.#home, this.#kind, name, which));
  }

  /** Newest first: the newest version of each, or with a name all versions of it. */
  async list(filter: AssetFilter = {}): Promise<readonly DataAssetView[]> {
    return (await listAssets(this.#home, this.#kind, filter)).map(dataView);
  }

  /** Hides a version from lists and from `latest`; a job that names it still finds it. @throws RequestError when it is not registered. */
  async archive(name: string, which: Which | string | number = {}): Promise<void> {
    await setArchived(this.#home, this.#kind, name, which, true);
  }

  /** Takes an archived version back into lists. @throws RequestError when it is not registered. */
  async restore(name: string, which: Which | string | number): Promise<void> {
    await setArchived(this.#home, this.#kind, name, which, false);
  }
}

function pathOf(path: unknown): string {
  if (typeof path === 'string') return path;
  throw new RequestError({
    code: 'missing-key',
    message: 'The key "path" is required: expected a local path or a URI, found nothing.',
    path: 'path',
  });
}

function dataView(asset: AssetOf<'data' | 'model'>): DataAssetView {
  return { ...assetView(asset), type: asset.type, path: asset.path };
}
