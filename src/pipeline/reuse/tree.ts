/** What stands at a path: every file below it, or the file itself. Runs in a thread of its own: it waits for the disk. */
import { createHash, type Hash } from 'node:crypto';
import { readdirSync, type Stats, statSync } from 'node:fs';
import { hashFile } from './hash.ts';

/** A file as it was seen: enough to tell, without reading it, that nothing was written to it since. */
export interface SeenFile {
  /** Relative to the scanned path, with `/`; empty for the path itself. */
  readonly path: string;
  readonly size: number;
  /** Epoch milliseconds: content changed, and anything about the file changed, which nobody can set back. */
  readonly modified: number;
  readonly changed: number;
}

export interface Scan {
  /** Names, sizes and times of everything; undefined when nothing stands at the path. */
  readonly stat?: string;
  readonly files: number;
  readonly bytes: number;
  /** The newest time of any file or folder. */
  readonly newest: number;
}

/** Files in name order, folder by folder. Links are followed; what can not be read is told as if it were not there. */
export function* seenFiles(root: string, onFolder: (stats: Stats) => void): Generator<SeenFile> {
  const stats = statSync(root, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (stats.isDirectory()) yield* walk(root, '', stats, new Set(), onFolder);
  else if (stats.isFile()) yield seen('', stats);
}

function* walk(
  folder: string,
  prefix: string,
  stats: Stats,
  above: ReadonlySet<string>,
  onFolder: (stats: Stats) => void,
): Generator<SeenFile> {
  const identity = `${stats.dev}:${stats.ino}`;
  // A link that leads back above itself.
  if (above.has(identity)) return;
  onFolder(stats);
  const names = readdirSync(folder).sort();
  for (const name of names) {
    // Not `join`, which takes longer than looking at the file.
    const path = `${folder}/${name}`;
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) continue;
    if (found.isDirectory()) yield* walk(path, `${prefix}${name}/`, found, new Set(above).add(identity), onFolder);
    // A pipe would never be read to its end.
    else if (found.isFile()) yield seen(prefix + name, found);
  }
}

function seen(path: string, { size, mtimeMs, ctimeMs }: Stats): SeenFile {
  return { path, size, modified: mtimeMs, changed: ctimeMs };
}

export function scan(root: string): Scan {
  let files = 0;
  let bytes = 0;
  let newest = 0;
  const hash = lineHash();
  for (const file of seenFiles(root, ({ mtimeMs, ctimeMs }) => {
    newest = Math.max(newest, mtimeMs, ctimeMs);
  })) {
    files++;
    bytes += file.size;
    newest = Math.max(newest, file.modified, file.changed);
    hash.add(`${file.path}\0${file.size}\0${file.modified}\0${file.changed}\n`);
  }
  const exists = files > 0 || newest > 0;
  return { files, bytes, newest, ...(exists ? { stat: hash.digest() } : {}) };
}

/** Hash and times of each file, by path: what a later reading needs not read again. */
type Listing = Readonly<Record<string, readonly [size: number, modified: number, changed: number, hash: string]>>;

export interface Contents {
  /** Names and bytes of everything, and nothing of times. */
  readonly content: string;
  /** For a later reading; as text, which travels between threads and into the store at little cost. */
  readonly listing: string;
}

/** The hash of each file, by path. */
export function listedHashes(listing: string): Readonly<Record<string, string>> {
  const files: Listing = JSON.parse(listing);
  return Object.fromEntries(Object.entries(files).map(([path, [, , , hash]]) => [path, hash]));
}

/**
 * Reads what is not known from an earlier listing.
 * A file that was written within the clock's grain of being read is listed so that it will be read again.
 */
export function contents(root: string, earlierListing: string): Contents {
  const known: Listing = JSON.parse(earlierListing);
  const listing: Record<string, readonly [number, number, number, string]> = Object.create(null);
  const hash = lineHash();
  for (const file of seenFiles(root, () => {})) {
    const earlier = Object.hasOwn(known, file.path) ? known[file.path] : undefined;
    const same = earlier !== undefined && earlier[0] === file.size && earlier[1] === file.modified && earlier[2] === file.changed;
    const started = Date.now();
    const fileHash = same ? earlier[3] : hashFile(file.path === '' ? root : `${root}/${file.path}`);
    const settled = same || started - file.changed > clockGrain;
    listing[file.path] = [settled ? file.size : -1, file.modified, file.changed, fileHash];
    hash.add(`${file.path}\0${fileHash}\n`);
  }
  return { content: hash.digest(), listing: JSON.stringify(listing) };
}

/** Milliseconds. Two writes that are closer may have the same times. */
export const clockGrain = 50;

/** Many short lines are hashed in few pieces. */
function lineHash(): { add(line: string): void; digest(): string } {
  const hash: Hash = createHash('sha256');
  let pending = '';
  return {
    add(line) {
      pending += line;
      if (pending.length < 65_536) return;
      hash.update(pending);
      pending = '';
    },
    digest: () => hash.update(pending).digest('hex'),
  };
}
