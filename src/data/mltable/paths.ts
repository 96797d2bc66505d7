import { stat } from 'node:fs/promises';
import { join, posix, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { parsePath, withoutSecrets } from '../../language/named-paths.ts';
import type { FileList } from '../files/plan-files.ts';
import { walk } from '../files/walk.ts';
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
export async function listFiles(table: MLTable): Promise<FileList> {
  const entries: Entry[] = [];
  for (const entry of table.paths) entries.push(await locate(entry, table.folder));
  const isInside = ({ base }: Entry): boolean => base === table.folder || base.startsWith(`${table.folder}/`);
  const root = entries.every(isInside) ? table.folder : '';
  return {
    root,
    *batches() {
      for (const entry of entries) yield* filesOf(entry, root, table.file);
    },
  };
}

async function locate(entry: PathEntry, folder: string): Promise<Entry> {
  const parsed = parsePath(entry.path);
  if (parsed.kind === 'invalid') throw errorAt(entry.place, 'unreachable-data', parsed.message, parsed.hint);
  if (parsed.kind !== 'local') {
    throw errorAt(
      entry.place,
      'unreachable-data',
      `Inside an MLTable only local paths are read, found ${JSON.stringify(withoutSecrets(entry.path))}.`,
      'Write a path relative to the MLTable; what is elsewhere must be downloaded first.',
    );
  }
  if (entry.kind === 'pattern') return locatePattern(entry, parsed.path, folder);
  const base = resolve(folder, parsed.path);
  const found = await kindOf(base);
  if (found === entry.kind) return { entry, base };
  // Public jobs write `file: ./images` for a folder of images.
  if (found === 'folder' && entry.kind === 'file') return { entry: { ...entry, kind: 'folder' }, base };
  throw errorAt(entry.place, 'missing-path', `Expected a ${entry.kind}, found ${found === undefined ? 'nothing' : `a ${found}`}: ${base}.`);
}

async function locatePattern(entry: PathEntry, pattern: string, folder: string): Promise<Entry> {
  // A set of letters is negated with ! in the patterns of shells, with ^ in picomatch's.
  const normal = posix.normalize(pattern).replaceAll('[!', '[^');
  const { base } = picomatch.scan(normal);
  const isLiteral = base === normal;
  const walked = resolve(folder, isLiteral ? posix.dirname(normal) : base);
  const rest = isLiteral ? posix.basename(normal) : normal.slice(base.length).replace(/^\//, '');
  const matches = picomatch(rest, { dot: true, nobrace: true, noextglob: true, nonegate: true });
  const located = { entry, base: walked, matches: (path: string) => matches(path) };
  if ((await kindOf(walked)) === 'folder') {
    for (const batch of walk(walked)) if (batch.some(located.matches)) return located;
  }
  throw errorAt(entry.place, 'missing-path', `The pattern matches no file: ${JSON.stringify(entry.path)}.`);
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return 'file';
  return found?.isDirectory() === true ? 'folder' : undefined;
}

function* filesOf({ entry, base, matches }: Entry, root: string, mltableFile: string): Generator<readonly string[]> {
  const prefix = root === '' ? base : relative(root, base);
  if (entry.kind === 'file') {
    yield [prefix];
    return;
  }
  const self = mltableFile.startsWith(`${base}/`) ? mltableFile.slice(base.length + 1) : undefined;
  for (const batch of walk(base)) {
    const wanted = batch.filter((path) => path !== self && (matches?.(path) ?? true));
    yield prefix === '' ? wanted : wanted.map((path) => join(prefix, path));
  }
}
