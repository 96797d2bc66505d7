import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { isInside } from '../../../os/below.ts';
import { withHome } from '../../client/home.ts';
import { invalid } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, list, named, nonEmptyText, optional, text } from '../options/rules.ts';
import { DataReference, type DatastorePlace } from './data-reference.ts';

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

/** A folder of this machine under a name. Source: azureml.core.Datastore. */
export class Datastore implements DatastorePlace {
  /** What paths name it by: `azureml://datastores/<name>/paths/…`. */
  readonly name: string;
  /** Absolute. */
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
      return new Datastore(asset.name, 'path' in asset.place ? asset.place.path : '', workspace.home);
    });
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
    const wanted = filesBelow(this.path).filter((file) => relative(this.path, file).startsWith(prefix));
    return copyFiles(wanted, this.path, resolve(targetPath), overwrite).length;
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
