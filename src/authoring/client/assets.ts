import { existsSync } from 'node:fs';
import { RequestError } from '../../errors/types.ts';
import { registerLocated } from '../../jobs/register-located.ts';
import type { AssetVersion } from '../../language/named-paths.ts';
import type { DataType, EnvironmentSpec } from '../../language/types.ts';
import type { AssetKind, AssetOf } from '../../store/assets.ts';
import { LocalPath, localPath } from '../document.ts';
import { withHome } from './home.ts';

/** What every registered asset has. */
export interface AssetView {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ISO 8601 in UTC. */
  readonly created: string;
}

export interface DataView extends AssetView {
  readonly type: DataType;
  /** Absolute and local, or a URI. */
  readonly path: string;
}

export interface EnvironmentView extends AssetView {
  readonly environment: EnvironmentSpec;
}

export interface DataOptions {
  readonly name: string;
  /** Default: the next number. */
  readonly version?: string | number | undefined;
  /** Default: `uri_folder` for data, `custom_model` for models. */
  readonly type?: DataType | undefined;
  /** A local path, relative to the working directory, or a URI. */
  readonly path: string;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Which version: `{ version }` or `{ label }`. Default: the newest that is not archived. */
export type Which = { readonly version?: string | number | undefined; readonly label?: string | undefined };

/** Data or models of a home, by name and version. */
export class DataOperations {
  readonly #home: string;
  readonly #kind: 'data' | 'model';
  constructor(home: string, kind: 'data' | 'model') {
    this.#home = home;
    this.#kind = kind;
  }

  /** Registers it. @throws RequestError for a path that is not there, or a version that is there with another content. */
  async createOrUpdate({ name, version, type, path, description, tags }: DataOptions): Promise<DataView> {
    const where = localPath(path);
    if (where instanceof LocalPath && !existsSync(where.absolute)) {
      throw new RequestError({ code: 'missing-path', message: `There is nothing at ${where.absolute}.`, path: 'path' });
    }
    return withHome(this.#home, (store) => {
      const asset = registerLocated(store, {
        kind: this.#kind,
        name,
        ...(version !== undefined && { version: String(version) }),
        ...(description !== undefined && { description }),
        tags: tags ?? {},
        type: type ?? (this.#kind === 'data' ? 'uri_folder' : 'custom_model'),
        path: where instanceof LocalPath ? where.absolute : where,
      });
      return dataView(store.assets.resolve(this.#kind, asset.name, { version: asset.version }));
    });
  }

  /** @throws RequestError when it is not registered. */
  async get(name: string, which: Which = {}): Promise<DataView> {
    return withHome(this.#home, (store) => dataView(store.assets.resolve(this.#kind, name, assetVersion(which))));
  }

  /** Newest first: the newest version of each, or with a name all versions of it. */
  async list(filter: { readonly name?: string } = {}): Promise<readonly DataView[]> {
    return withHome(this.#home, (store) => store.assets.list(this.#kind, filter).filter(isOneOf('data', 'model')).map(dataView));
  }
}

function dataView(asset: AssetOf<'data' | 'model'>): DataView {
  return { ...assetView(asset), type: asset.type, path: asset.path };
}

export function assetView({ name, version, description, tags, created }: AssetOf<AssetKind>): AssetView {
  return { name, version, ...(description !== undefined && { description }), tags, created };
}

export function assetVersion({ version, label }: Which): AssetVersion {
  return version === undefined ? { label: label ?? 'latest' } : { version: String(version) };
}

export function isOneOf<K extends AssetKind>(...kinds: readonly K[]): (asset: AssetOf<AssetKind>) => asset is AssetOf<K> {
  return (asset): asset is AssetOf<K> => kinds.some((kind) => kind === asset.kind);
}
