import { isUtf8 } from 'node:buffer';
import { type Dir, opendirSync, realpathSync, statSync } from 'node:fs';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import { SortedNames } from './sorted-names.ts';
import type { Listed } from './store.ts';

/** Entries that the operating system hands over at once. */
const bufferSize = 256;
/** Paths in one batch; also the number of entries read between two chances to pause. */
const batchSize = 1024;

interface Level {
  readonly prefix: string;
  readonly names: Iterator<string>;
}

/**
 * All regular files below a folder, hidden ones too, as paths relative to it, in byte order of the whole path.
 * Links are followed. Batches are yielded while it goes; an empty one is a chance to pause.
 *
 * Of each folder only the names are held: a name is kept as Latin-1, one character a byte, so that the default order of
 * strings is the order of bytes and a name takes one byte a letter. A folder's name ends in `/`, which gives it its place
 * among the paths (`a.txt` comes before `a/b`).
 */
export function* walk(root: string): Generator<readonly Listed[]> {
  const stack: Level[] = [];
  yield* enter(root, '', stack);
  let batch: Listed[] = [];
  for (let level = stack.at(-1); level !== undefined; level = stack.at(-1)) {
    const { done, value: name } = level.names.next();
    if (done === true) {
      stack.pop();
      continue;
    }
    const path = level.prefix + name;
    if (name.endsWith('/')) yield* enter(root, path, stack);
    else {
      batch.push({ path: decodeName(root, path) });
      if (batch.length === batchSize) {
        yield batch;
        batch = [];
      }
    }
  }
  if (batch.length > 0) yield batch;
}

function* enter(root: string, prefix: string, stack: Level[]): Generator<readonly Listed[]> {
  const folder = `${root}/${decodeName(root, prefix)}`;
  const names = new SortedNames();
  let read = 0;
  const directory = open(folder);
  try {
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      const name = String(entry.name);
      if (entry.isFile()) names.add(name);
      else if (entry.isDirectory()) names.add(`${name}/`);
      else if (entry.isSymbolicLink()) {
        const trail = [...stack.map((level) => level.prefix), prefix].map((one) => `${root}/${decodeName(root, one)}`);
        const kind = linkTarget(trail, folder, decodeName(folder, name));
        if (kind !== undefined) names.add(kind === 'folder' ? `${name}/` : name);
      }
      read += 1;
      if (read % batchSize === 0) yield [];
    }
  } finally {
    directory.closeSync();
  }
  stack.push({ prefix, names: names.read() });
}

function open(folder: string): Dir {
  try {
    return opendirSync(folder, { encoding: 'latin1' as BufferEncoding, bufferSize });
  } catch (error) {
    throw new RequestError(
      { code: 'unreadable-folder', message: `The folder cannot be read: ${messageOf(error)}.`, file: folder },
      { cause: error },
    );
  }
}

/** `trail`: the folders from the root to this one, each of which a link could lead back to. */
function linkTarget(trail: readonly string[], folder: string, name: string): 'file' | 'folder' | undefined {
  const path = `${folder.replace(/\/$/, '')}/${name}`;
  let target: ReturnType<typeof statSync>;
  try {
    target = statSync(path);
  } catch (error) {
    throw new RequestError({ code: 'broken-link', message: `The link leads nowhere: ${messageOf(error)}.`, file: path }, { cause: error });
  }
  if (target.isFile()) return 'file';
  if (!target.isDirectory()) return undefined;
  const real = `${realpathSync(path)}/`;
  if (trail.some((one) => `${realpathSync(one)}/`.startsWith(real))) {
    throw new RequestError({
      code: 'link-cycle',
      message: 'The link leads to a folder that contains it, so its files have no end.',
      file: path,
    });
  }
  return 'folder';
}

function decodeName(folder: string, latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, 'latin1');
  const name = bytes.toString('utf8');
  if (isUtf8(bytes)) return name;
  throw new RequestError({
    code: 'file-name-encoding',
    message: `A file's name is not UTF-8: ${JSON.stringify(name)}.`,
    file: folder,
    hint: 'Rename it.',
  });
}
