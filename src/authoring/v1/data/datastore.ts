import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { removeDatastore } from '../../../jobs/register-datastore.ts';
import { isInside } from '../../../os/below.ts';
import type { AssetOf } from '../../../store/assets.ts';
import { registerOptions } from '../../client/datastore-options.ts';
import { homeFolder, withHome } from '../../client/home.ts';
import { defined } from '../../document.ts';
import { invalid } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, judgedLater, list, named, nonEmptyText, optional, rule, text } from '../options/rules.ts';
import { DataReference, type DatastorePlace } from './data-reference.ts';
import { isAddress } from './place-in.ts';

/** What uploads have in common. */
export interface UploadOptions {
  /** The folder inside the datastore. Default: its root. */
  readonly targetPath?: string | undefined;
  /** Replace files that are there; else they are kept, and told. Default: false. */
  readonly overwrite?: boolean | undefined;
  /** Accepted for the sake of Azure's signature: a copy on this machine needs no progress bar. */
  readonly showProgress?: boolean | undefined;
}

/** What `upload` takes. */
export interface UploadFolderOptions extends UploadOptions {
  /** The folder whose files are copied, at any depth. */
  readonly srcDir: string;
}

/** What `uploadFiles` takes. */
export interface UploadFilesOptions extends UploadOptions {
  /** Paths of files. */
  readonly files: readonly string[];
  /** The folder that the files keep their places below. Default: the one that they have in common. */
  readonly relativeRoot?: string | undefined;
}

/** What `download` takes. */
export interface DownloadOptions {
  /** A folder on this machine. */
  readonly targetPath: string;
  /** Only what is below this path of the datastore. Default: everything. */
  readonly prefix?: string | undefined;
  /** Replace files that are there. Default: false. */
  readonly overwrite?: boolean | undefined;
  /** Accepted for the sake of Azure's signature. */
  readonly showProgress?: boolean | undefined;
}

const COMMON = { targetPath: optional(text), overwrite: optional(flag), showProgress: optional(flag) };
const FOLDER = new Options<UploadFolderOptions>('Datastore.upload', { srcDir: named('a folder', nonEmptyText), ...COMMON });
const FILES = new Options<UploadFilesOptions>('Datastore.uploadFiles', {
  files: list(named('the path of a file', nonEmptyText)),
  relativeRoot: optional(text),
  ...COMMON,
});
const DOWNLOAD = new Options<DownloadOptions>('Datastore.download', {
  targetPath: named('a folder', nonEmptyText),
  prefix: optional(text),
  overwrite: optional(flag),
  showProgress: optional(flag),
});

/** What both have in common. */
interface RegisterOptions {
  /** The home that it is registered in. */
  readonly workspace: { readonly home: string };
  /** Its name. */
  readonly datastoreName: string;
  /** The storage account. */
  readonly accountName: string;
  /** `https` (default) or `http`. */
  readonly protocol?: string | undefined;
  /** `core.windows.net` (default), that of another cloud, or an address. */
  readonly endpoint?: string | undefined;
  /** Take the place of one that has the name. Default: false. */
  readonly overwrite?: boolean | undefined;
  /** Accepted for the sake of Azure's signature. */
  readonly createIfNotExists?: boolean | undefined;
  /** Accepted for the sake of Azure's signature. */
  readonly skipValidation?: boolean | undefined;
  /** Accepted for the sake of Azure's signature. */
  readonly subscriptionId?: string | undefined;
  /** Accepted for the sake of Azure's signature. */
  readonly resourceGroup?: string | undefined;
  /** Accepted for the sake of Azure's signature. */
  readonly grantWorkspaceAccess?: boolean | undefined;
}

/** What `registerAzureBlobContainer` takes. */
export interface AzureBlobContainerOptions extends RegisterOptions {
  /** The container. */
  readonly containerName: string;
  /** The account's key. Default, with no signature either: whoever this machine is signed in as. */
  readonly accountKey?: string | undefined;
  /** A shared access signature. */
  readonly sasToken?: string | undefined;
}

/** What `registerAzureDataLakeGen2` takes. Without a service principal: whoever this machine is signed in as. */
export interface AzureDataLakeGen2Options extends RegisterOptions {
  /** The file system. */
  readonly filesystem: string;
  /** Of a service principal. */
  readonly tenantId?: string | undefined;
  /** Of a service principal. */
  readonly clientId?: string | undefined;
  /** Of a service principal. */
  readonly clientSecret?: string | undefined;
  /** Who signs it in. */
  readonly authorityUrl?: string | undefined;
  /** What it signs in to. */
  readonly resourceUrl?: string | undefined;
}

const REGISTER = {
  workspace: rule<{ readonly home: string }>('a Workspace', (value) => typeof value === 'object' && value !== null && 'home' in value),
  datastoreName: nonEmptyText,
  accountName: nonEmptyText,
  protocol: optional(text),
  endpoint: optional(text),
  overwrite: optional(flag),
  createIfNotExists: optional(flag),
  skipValidation: optional(flag),
  subscriptionId: optional(text),
  resourceGroup: optional(text),
  grantWorkspaceAccess: optional(flag),
};
const BLOB = new Options<AzureBlobContainerOptions>('Datastore.registerAzureBlobContainer', {
  ...REGISTER,
  containerName: nonEmptyText,
  accountKey: optional(judgedLater<string>()),
  sasToken: optional(judgedLater<string>()),
});
const LAKE = new Options<AzureDataLakeGen2Options>('Datastore.registerAzureDataLakeGen2', {
  ...REGISTER,
  filesystem: nonEmptyText,
  tenantId: optional(text),
  clientId: optional(text),
  clientSecret: optional(judgedLater<string>()),
  authorityUrl: optional(text),
  resourceUrl: optional(text),
});

/** Of what names the place, that which means something here. */
function kept<T extends Partial<RegisterOptions>>(options: T) {
  const { createIfNotExists: _1, skipValidation: _2, subscriptionId: _3, resourceGroup: _4, grantWorkspaceAccess: _5, ...rest } = options;
  return defined(rest);
}

async function registered(
  workspace: { readonly home: string },
  overwrite: boolean | undefined,
  name: string,
  datastore: Readonly<Record<string, unknown>>,
): Promise<Datastore> {
  await registerOptions(workspace.home, { name, ...datastore }, overwrite === true);
  return Datastore.get(workspace, name);
}

/** Where paths in it begin. */
function pathOf({ name, place }: AssetOf<'datastore'>): string {
  return 'path' in place ? place.path : `azureml://datastores/${name}/paths`;
}

/** A place under a name: a folder of this machine, or what lies in an object store. Source: azureml.core.Datastore. */
export class Datastore implements DatastorePlace {
  /** What paths name it by: `azureml://datastores/<name>/paths/…`. */
  readonly name: string;
  /** Absolute; of one in an object store its address, `azureml://datastores/<name>/paths`. */
  readonly path: string;
  /** The home that it is registered in. */
  readonly home: string | undefined;

  /** For one that is registered: `Workspace.getDefaultDatastore()` and `Datastore.get(workspace, name)`. */
  constructor(name: string, path: string, home?: string) {
    this.name = name;
    this.path = path;
    this.home = home;
  }

  /** The datastore of this name. @throws RequestError when there is none. */
  static async get(workspace: { readonly home: string }, name: string): Promise<Datastore> {
    return withHome(workspace.home, (store) => {
      const asset = store.assets.resolve('datastore', name, { label: 'latest' });
      return new Datastore(asset.name, pathOf(asset), workspace.home);
    });
  }

  /** Registers a container of Azure Blob Storage. Values in Python's order, or options. @throws RequestError for a wrong value, and for a name that is taken without `overwrite`. */
  static async registerAzureBlobContainer(
    ...given:
      | readonly [options: AzureBlobContainerOptions]
      | readonly [
          workspace: AzureBlobContainerOptions['workspace'],
          datastoreName: string,
          containerName: string,
          accountName: string,
          options?: Omit<AzureBlobContainerOptions, 'workspace' | 'datastoreName' | 'containerName' | 'accountName'>,
        ]
  ): Promise<Datastore> {
    const names = [
      'workspace',
      'datastoreName',
      'containerName',
      'accountName',
      'sasToken',
      'accountKey',
      'protocol',
      'endpoint',
      'overwrite',
    ];
    const { workspace, datastoreName, overwrite, accountKey, sasToken, ...place } = BLOB.judge(arranged(BLOB.of, names, given));
    const credentials = accountKey === undefined ? (sasToken === undefined ? undefined : { sasToken }) : { accountKey };
    return registered(workspace, overwrite, datastoreName, { type: 'azure_blob', ...kept(place), credentials });
  }

  /** Registers a file system of Azure Data Lake Storage Gen2. @throws RequestError for a wrong value, and for a name that is taken without `overwrite`. */
  static async registerAzureDataLakeGen2(
    ...given:
      | readonly [options: AzureDataLakeGen2Options]
      | readonly [
          workspace: AzureDataLakeGen2Options['workspace'],
          datastoreName: string,
          filesystem: string,
          accountName: string,
          options?: Omit<AzureDataLakeGen2Options, 'workspace' | 'datastoreName' | 'filesystem' | 'accountName'>,
        ]
  ): Promise<Datastore> {
    const names = ['workspace', 'datastoreName', 'filesystem', 'accountName', 'tenantId', 'clientId', 'clientSecret', 'resourceUrl'];
    const options = LAKE.judge(arranged(LAKE.of, [...names, 'authorityUrl', 'protocol', 'endpoint', 'overwrite'], given));
    const { workspace, datastoreName, overwrite, tenantId, clientId, clientSecret, authorityUrl, resourceUrl, ...place } = options;
    const principal = defined({ tenantId, clientId, clientSecret, authorityUrl, resourceUrl });
    const credentials = Object.keys(principal).length === 0 ? undefined : principal;
    return registered(workspace, overwrite, datastoreName, { type: 'azure_data_lake_gen2', ...kept(place), credentials });
  }

  /** Forgets it, and what gives access to it; what lies there stays. */
  async unregister(): Promise<void> {
    await withHome(homeFolder(this.home), (store) => removeDatastore(store, this.name));
  }

  /** Copies what is in a folder into the datastore. @throws RequestError when there is no such folder. */
  upload(
    ...given: readonly [options: UploadFolderOptions] | readonly [srcDir: string, targetPath?: string, overwrite?: boolean]
  ): DataReference {
    const {
      srcDir,
      targetPath,
      overwrite = false,
    } = FOLDER.judge(arranged('Datastore.upload', ['srcDir', 'targetPath', 'overwrite', 'showProgress'], given));
    this.#onDisk('upload');
    const root = resolve(srcDir);
    if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) throw invalid('srcDir', `There is no folder at ${root}.`);
    this.#copy(filesBelow(root), root, targetPath, overwrite);
    return new DataReference({ datastore: this, pathOnDatastore: targetPath });
  }

  /**
   * Copies files into the datastore; they keep their places below `relativeRoot`.
   * @throws RequestError for a path with no file, and for a file that is not below `relativeRoot`.
   */
  uploadFiles(
    ...given:
      | readonly [options: UploadFilesOptions]
      | readonly [files: readonly string[], relativeRoot?: string, targetPath?: string, overwrite?: boolean]
  ): DataReference {
    const names = ['files', 'relativeRoot', 'targetPath', 'overwrite', 'showProgress'];
    const { files, relativeRoot, targetPath, overwrite = false } = FILES.judge(arranged('Datastore.uploadFiles', names, given));
    this.#onDisk('uploadFiles');
    const paths = files.map((file) => resolve(file));
    for (const path of paths) {
      if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) throw invalid('files', `There is no file at ${path}.`);
    }
    const root = relativeRoot === undefined ? commonFolder(paths) : resolve(relativeRoot);
    const outside = paths.find((path) => !isInside(path, root));
    if (outside !== undefined) throw invalid('relativeRoot', `The file ${outside} is not below ${root}.`);
    this.#copy(paths, root, targetPath, overwrite);
    return new DataReference({ datastore: this, pathOnDatastore: targetPath });
  }

  /** Copies files of the datastore into a folder, each below its path in the datastore, and gives how many were copied. */
  download(...given: readonly [options: DownloadOptions] | readonly [targetPath: string, prefix?: string, overwrite?: boolean]): number {
    const names = ['targetPath', 'prefix', 'overwrite', 'showProgress'];
    const { targetPath, prefix = '', overwrite = false } = DOWNLOAD.judge(arranged('Datastore.download', names, given));
    this.#onDisk('download');
    const wanted = filesBelow(this.path).filter((file) => relative(this.path, file).startsWith(prefix));
    return copyFiles(wanted, this.path, resolve(targetPath), overwrite).length;
  }

  /** @throws RequestError for one in an object store */
  #onDisk(act: string): void {
    if (!isAddress(this.path)) return;
    const message = `The datastore ${this.name} is in an object store: ${act} copies between folders of this machine only.`;
    throw invalid('datastore', message, 'Use the tool of that store, or an output of a step.');
  }

  #copy(files: readonly string[], root: string, targetPath: string | undefined, overwrite: boolean): void {
    const copied = copyFiles(files, root, join(this.path, targetPath ?? ''), overwrite);
    const kept = files.length - copied.length;
    if (kept === 0) return;
    const what = kept === 1 ? '1 file was there already and was' : `${kept} files were there already and were`;
    process.emitWarning(`${what} kept; overwrite: true replaces them.`, `Datastore ${this.name}`);
  }
}

/** Files below a folder that match a pattern (relative to it), absolute. */
export function filesMatching(folder: string, pattern: string | undefined): readonly string[] {
  const matches = pattern === undefined ? () => true : picomatch(pattern.replace(/^\.?\//, ''), { dot: true });
  return filesBelow(folder).filter((file) => matches(relative(folder, file)));
}

function copyFiles(files: readonly string[], root: string, target: string, overwrite: boolean): readonly string[] {
  mkdirSync(target, { recursive: true });
  return files.filter((file) => {
    const to = join(target, relative(root, file));
    if (!overwrite && existsSync(to)) return false;
    mkdirSync(dirname(to), { recursive: true });
    cpSync(file, to, { dereference: true });
    return true;
  });
}

/** None in a folder that nobody has made yet. */
function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

/** The deepest folder that holds all of these files. */
export function commonFolder(files: readonly string[]): string {
  const [first = '/', ...others] = files.map((file) => dirname(file));
  let common = first;
  while (!others.every((folder) => folder === common || folder.startsWith(common === '/' ? '/' : `${common}/`))) common = dirname(common);
  return common;
}
