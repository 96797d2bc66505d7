/** What a program sees of what is registered. */
import type { DataType, EnvironmentSpec } from '../../language/types.ts';

/** What every registered asset has. */
export interface AssetView {
  /** Its name. */
  readonly name: string;
  /** Its version; a version never changes. */
  readonly version: string;
  /** What it is. */
  readonly description?: string;
  /** Tags, by name. */
  readonly tags: Readonly<Record<string, string>>;
  /** When it was registered; ISO 8601 in UTC. */
  readonly created: string;
}

/** Registered data, or a registered model. */
export interface DataAssetView extends AssetView {
  /** What the path leads to. */
  readonly type: DataType;
  /** Absolute and local, or a URI. */
  readonly path: string;
}

/** A registered environment. */
export interface EnvironmentView extends AssetView {
  /** The environment as plain data. */
  readonly environment: EnvironmentSpec;
}

/** A datastore of a home. */
export interface DatastoreView {
  /** As in `azureml://datastores/NAME/paths/…`. */
  readonly name: string;
  /** What it is: `local`, `azure_blob`, `s3` … */
  readonly type: string;
  /** The folder; absolute. Of a folder of this machine, or a file share that is mounted. */
  readonly path?: string;
  /** Of an Azure storage account. */
  readonly accountName?: string;
  /** Of Azure Blob Storage. */
  readonly containerName?: string;
  /** Of Azure Data Lake Storage Gen2. */
  readonly filesystem?: string;
  /** Of a file share. */
  readonly fileShareName?: string;
  /** Of S3 and Google Cloud Storage. */
  readonly bucket?: string;
  /** Of S3. */
  readonly region?: string;
  /** Of a server that is not the cloud's own. */
  readonly endpoint?: string;
  /** How access is had: `account_key`, `access_key`, `of this machine` … Never with what. */
  readonly access?: string;
  /** What it is. */
  readonly description?: string;
  /** Tags, by name. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Which version of an asset. Default: the newest that is not archived. */
export interface Which {
  /** This one. */
  readonly version?: string | number | undefined;
  /** The one that has this label; `latest` is the newest. */
  readonly label?: string | undefined;
}

/** Which assets are listed. */
export interface AssetFilter {
  /** All versions of this one. Default: the newest version of each. */
  readonly name?: string | undefined;
  /** `true`: only archived ones. Default: only the others. */
  readonly archived?: boolean | undefined;
}
