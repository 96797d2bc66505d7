import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno } from '../../errors/thrown.ts';
import { isFilePath, whyNoFile } from '../fetch/fetched-files.ts';
import { fetchFile } from './fetch-file.ts';
import { type DataStore, type Listed, StoreError } from './store.ts';

/** Files that are fetched at the same time. */
const atOnce = 32;
/** Of notes of the versions of files that are brought. */
const doneEnding = '.done';

/**
 * Brings a folder of a store to this machine's disk, each file in the version that was listed. It has its name only once all of it is there; what an
 * earlier try brought is not fetched again where it is still the same by its version.
 * @throws StoreError that names the file, a RequestError where it cannot be listed, or the signal's reason
 */
export async function fetchFolder(store: DataStore, folder: string, target: string, signal: AbortSignal): Promise<void> {
  const part = `${target}.part`;
  // Not beside the files: one of them may be called like what another is on its way.
  const underway = `${target}.underway`;
  mkdirSync(part, { recursive: true });
  mkdirSync(underway, { recursive: true });
  let listed = 0;
  for await (const files of store.list(folder, signal)) {
    listed += files.length;
    await each(files, (file) => bring(store, folder, file, { part, underway }, signal));
  }
  const brought = (await readdir(underway)).filter((name) => name.endsWith(doneEnding));
  if (brought.length > listed) {
    // An earlier try brought what is not there any more.
    for (const place of [part, underway]) await rm(place, { recursive: true });
    return fetchFolder(store, folder, target, signal);
  }
  await rename(part, target);
  await rm(underway, { recursive: true, force: true });
}

/** Some at a time. Where one fails no other is begun, and those that are under way have ended when this rejects. */
async function each(files: readonly Listed[], act: (file: Listed) => Promise<void>): Promise<void> {
  const left = files.values();
  let isBroken = false;
  const work = async (): Promise<void> => {
    for (const file of left) {
      if (isBroken) return;
      try {
        await act(file);
      } catch (error) {
        isBroken = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, work));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

interface Places {
  readonly part: string;
  readonly underway: string;
}

async function bring(
  store: DataStore,
  folder: string,
  { path, version }: Listed,
  { part, underway }: Places,
  signal: AbortSignal,
): Promise<void> {
  const key = folder === '' ? path : `${folder}/${path}`;
  if (!isFilePath(path)) throw new StoreError('unreadable', `${store.describe(key)} cannot be the path of a file on this machine`);
  const own = join(underway, createHash('sha256').update(path).digest('hex'));
  const done = own + doneEnding;
  try {
    if (version !== undefined && (await textOf(done)) === version) return;
    await fetchFile(store, key, own, signal, version);
    await mkdir(dirname(join(part, path)), { recursive: true });
    await rename(own, join(part, path));
    if (version !== undefined) await writeFile(done, version);
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof StoreError ? error.reason : 'unreadable';
    throw new StoreError(reason, `${store.describe(key)}: ${whyNoFile(error)}`, { cause: error });
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}
