/** Copies what people made, which may hold what cannot be copied: that is left out and named, and the rest arrives. */
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, realpath, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../errors/thrown.ts';

/** Something that has no copy, and why. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
}

/**
 * A folder with everything in it, or one file; links are followed, times are kept.
 * @param to a folder is filled, whatever is in it already
 * @throws the system's error when something that is whole cannot be read or written
 */
export async function copyFiles(from: string, to: string): Promise<readonly LeftOut[]> {
  return copy(from, to, []);
}

/** @param above the real folders that hold it */
async function copy(from: string, to: string, above: readonly string[]): Promise<readonly LeftOut[]> {
  const found = await look(from);
  if (typeof found === 'string') return [{ path: from, why: found }];
  if (found.isFile()) {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } else if (found.isDirectory()) {
    const real = await realpath(from);
    if (above.includes(real)) return [{ path: from, why: 'a link that leads back above itself' }];
    await mkdir(to, { recursive: true });
    const left: LeftOut[] = [];
    for (const name of (await readdir(from)).sort()) left.push(...(await copy(join(from, name), join(to, name), [...above, real])));
    await utimes(to, found.atime, found.mtime);
    return left;
  } else return [{ path: from, why: found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'no file' }];
  await utimes(to, found.atime, found.mtime);
  return [];
}

/** What it is, or why that cannot be said. */
async function look(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return path.includes('\ufffd') ? 'its name is no UTF-8' : 'a link that leads nowhere';
    if (isErrno(error, 'ELOOP')) return 'a link that leads to itself';
    throw error;
  }
}
