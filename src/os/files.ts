import {
  type CopySyncOptions,
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isErrno } from '../errors/thrown.ts';

/**
 * Makes the folder, and those above it, where it is not there. For places that a user chooses: Node's own way never comes back
 * where the system lets nobody make anything (below `/proc`).
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (isErrno(error, 'EEXIST') && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    if (!isErrno(error, 'ENOENT') || existsSync(dirname(path))) throw error;
    makeFolder(dirname(path), mode);
    makeFolder(path, mode);
  }
}

/** A reader finds the old text or the new one, never a part, however many write it at once. Makes the folder where there is none. */
export function writeAtomically(path: string, text: string): void {
  replace(path, `${path}.${process.pid}.tmp`, text, renameSync);
}

/**
 * The same for a file with one writer: what that left when it was killed, the next one replaces.
 * @param durable once this has returned, a loss of power changes nothing; else it may leave an empty file
 */
export function replaceFile(path: string, text: string, durable: boolean): void {
  replace(path, `${path}.tmp`, text, durable ? renameDurably : renameSync);
}

/**
 * Gives a file its name when its bytes are on the disk, and comes back when its name is. Without the first, a loss of power
 * leaves an empty file under the name; without the second, none.
 */
export function renameDurably(from: string, to: string): void {
  sync(from);
  renameSync(from, to);
  sync(dirname(to));
}

/** Brings a file's bytes, or the names in a folder, to the disk. */
export function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } catch (error) {
    // Some file systems know no such thing for folders.
    if (!isErrno(error, 'EINVAL', 'ENOTSUP', 'EPERM')) throw error;
  } finally {
    closeSync(file);
  }
}

/** The same for what its owner alone may read, at no moment anybody else. */
export function writePrivately(path: string, text: string): void {
  replace(path, `${path}.${process.pid}.tmp`, text, renameDurably, 0o600);
}

function replace(path: string, written: string, text: string, rename: (from: string, to: string) => void, mode = 0o666): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(written, text, { mode });
    rename(written, path);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
}

/** A folder with everything in it, or one file. Without a filter, Node copies natively and aborts the process where the system refuses. */
export function copyTree(from: string, to: string, options: Pick<CopySyncOptions, 'dereference' | 'mode'> = {}): void {
  cpSync(from, to, { ...options, recursive: true, filter: () => true });
}
