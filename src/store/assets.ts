/** What is registered by name in a home: data, models, environments, components, datastores. */
import type { DatastorePlace } from '../language/datastores.ts';
import type { AssetVersion } from '../language/named-paths.ts';
import type { ComponentSpec, DataType, EnvironmentSpec } from '../language/types.ts';

interface AssetCommon {
  readonly name: string;
  /** A datastore has no versions: its version is `1`. */
  readonly version: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Besides `latest`, which is always the newest version that is not archived. */
  readonly labels: readonly string[];
  /** ISO 8601 in UTC. */
  readonly created: string;
  readonly archived: boolean;
}

/** `path` is absolute and local, or a URI as the author wrote it (`azureml://datastores/…`). */
export interface DataAsset extends AssetCommon {
  readonly kind: 'data';
  readonly type: DataType;
  readonly path: string;
}

export interface ModelAsset extends AssetCommon {
  readonly kind: 'model';
  readonly type: DataType;
  readonly path: string;
}

export interface EnvironmentAsset extends AssetCommon {
  readonly kind: 'environment';
  readonly environment: EnvironmentSpec;
}

export interface ComponentAsset extends AssetCommon {
  readonly kind: 'component';
  readonly component: ComponentSpec;
}

/** A place under a name: `azureml://datastores/<name>/paths/a/b` is `a/b` in it. What gives access to it is kept apart (`credentials.ts`). */
export interface DatastoreAsset extends AssetCommon {
  readonly kind: 'datastore';
  readonly place: DatastorePlace;
}

export type Asset = DataAsset | ModelAsset | EnvironmentAsset | ComponentAsset | DatastoreAsset;
export type AssetKind = Asset['kind'];
export type AssetOf<K extends AssetKind> = Extract<Asset, { readonly kind: K }>;

export interface AssetResolver {
  /** Absolute: the home that they are registered in. */
  readonly home: string;
  /**
   * The registered asset. The datastore `workspaceblobstore` is always there.
   * @throws RequestError (`unknown-asset`) that names what is there under similar names or other versions.
   */
  resolve<K extends AssetKind>(kind: K, name: string, which: AssetVersion): AssetOf<K>;
}

type Unregistered<A> = A extends Asset ? Omit<A, 'version' | 'labels' | 'created' | 'archived'> & { readonly version?: string } : never;

/** An asset to register; without a version it gets the next number. */
export type NewAsset = Unregistered<Asset>;

export interface AssetRegistry extends AssetResolver {
  /**
   * Stores the asset; versions never change once they are there.
   * @param beforeStored runs once it is certain that the asset is new, while nobody else can register; quick work only.
   * @throws RequestError (`asset-exists`) for a version that is registered already with another content.
   */
  register(asset: NewAsset, beforeStored?: () => void): Asset;
  /** Newest first. With a name: all versions of it; without: the newest version of each. */
  list(kind: AssetKind, filter?: { readonly name?: string; readonly archived?: boolean }): readonly Asset[];
  /** Nothing is known of it any more. What has versions stays: jobs name them. @throws RequestError (`unknown-asset`) */
  remove(kind: 'datastore', name: string): void;
  /** Hides it from lists and from `latest`; a job that names its version still finds it. */
  archive(kind: AssetKind, name: string, which: AssetVersion, archived: boolean): void;
}
