import { posix, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { tellableAddress } from '../../language/address-secrets.ts';
import { parsePath } from '../../language/named-paths.ts';
import type { FileList } from '../files/file-list.ts';
import { type DataStore, type Found, type Listed, StoreError } from '../stores/store.ts';
import type { Brought } from '../types.ts';
import type { MLTable, PathEntry } from './model.ts';
import { errorAt } from './place.ts';

interface Entry {
  readonly entry: PathEntry;
  /** Absolute: the file, or the folder to walk. */
  readonly base: string;
  /** For patterns: which of the paths below `base`. */
  readonly matches?: (path: string) => boolean;
}

/**
 * The files of an MLTable, entries in their order, folders and patterns in byte order of the path. A file named twice is read twice.
 * Throws a RequestError at the entry that names nothing.
 */
export async function listFiles(table: MLTable, store: DataStore, brought: Brought = {}): Promise<FileList> {
  const entries: Entry[] = [];
  for (const entry of table.paths) {
    const path = Object.hasOwn(brought, entry.path) ? brought[entry.path] : undefined;
    entries.push(await locate(path === undefined ? entry : { ...entry, path }, table.folder, store));
  }
  const isInside = ({ base }: Entry): boolean => table.folder === '' || base === table.folder || base.startsWith(`${table.folder}/`);
  const root = entries.every(isInside) ? table.folder : '';
  return {
    root,
    async *batches() {
      for (const entry of entries) yield* filesOf(entry, root, table.file, store);
    },
  };
}

async function locate(entry: PathEntry, folder: string, store: DataStore): Promise<Entry> {
  const parsed = parsePath(entry.path);
  if (parsed.kind === 'invalid') throw errorAt(entry.place, 'unreachable-data', parsed.message, parsed.hint);
  if (parsed.kind !== 'local') {
    throw errorAt(
      entry.place,
      'unreachable-data',
      `${tellableAddress(entry.path)} is not on this machine, and was not fetched.`,
      'Addresses are fetched for MLTables that are split into mini-batches; else write a path relative to the MLTable.',
    );
  }
  if (entry.kind === 'pattern') return locatePattern(entry, parsed.path, folder, store);
  const base = pathIn(store, folder, parsed.path, entry);
  const found = await kindOf(store, base, entry);
  if (found === entry.kind) return { entry, base };
  // Public jobs write `file: ./images` for a folder of images.
  if (found === 'folder' && entry.kind === 'file') return { entry: { ...entry, kind: 'folder' }, base };
  throw errorAt(
    entry.place,
    'missing-path',
    `Expected a ${entry.kind}, found ${found === undefined ? 'nothing' : found === 'other' ? 'something else' : `a ${found}`}: ${base}.`,
  );
}

async function locatePattern(entry: PathEntry, pattern: string, folder: string, store: DataStore): Promise<Entry> {
  // A set of letters is negated with ! in the patterns of shells, with ^ in picomatch's.
  const normal = posix.normalize(pattern).replaceAll('[!', '[^');
  const { base } = picomatch.scan(normal);
  const isLiteral = base === normal;
  const walked = pathIn(store, folder, isLiteral ? posix.dirname(normal) : base, entry);
  const rest = isLiteral ? posix.basename(normal) : normal.slice(base.length).replace(/^\//, '');
  const matches = picomatch(rest, { dot: true, nobrace: true, noextglob: true, nonegate: true });
  const located = { entry, base: walked, matches: (path: string) => matches(path) };
  if ((await kindOf(store, walked, entry)) === 'folder') {
    for await (const batch of store.list(walked)) if (batch.some(({ path }) => located.matches(path))) return located;
  }
  throw errorAt(entry.place, 'missing-path', `The pattern matches no file: ${JSON.stringify(entry.path)}.`);
}

function pathIn(store: DataStore, folder: string, path: string, entry: PathEntry): string {
  if (store.place.kind === 'disk') return resolve(folder, path);
  const inside = posix.normalize(posix.join(folder, path));
  if (posix.isAbsolute(path) || inside === '..' || inside.startsWith('../')) {
    throw errorAt(entry.place, 'unreachable-data', `Expected a path relative to the MLTable, found ${JSON.stringify(entry.path)}.`);
  }
  return inside === '.' ? '' : inside.replace(/\/$/, '');
}

async function kindOf(store: DataStore, path: string, { place }: PathEntry): Promise<Found['kind'] | undefined> {
  try {
    return (await store.stat(path))?.kind;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw errorAt(place, 'unreadable-path', `The path cannot be read: ${error.message}.`);
  }
}

async function* filesOf(
  { entry, base, matches }: Entry,
  root: string,
  mltableFile: string,
  store: DataStore,
): AsyncGenerator<readonly Listed[]> {
  const prefix = root === '' ? base : relative(root, base);
  if (entry.kind === 'file') {
    yield [{ path: prefix }];
    return;
  }
  const below = base === '' ? '' : `${base}/`;
  const self = mltableFile.startsWith(below) ? mltableFile.slice(below.length) : undefined;
  for await (const batch of store.list(base)) {
    const wanted = batch.filter(({ path }) => path !== self && (matches?.(path) ?? true));
    yield prefix === '' ? wanted : wanted.map((file) => ({ ...file, path: `${prefix}/${file.path}` }));
  }
}
