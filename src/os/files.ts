import { type CopySyncOptions, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

/** A reader finds the old text or the new one, never a part. Makes the folder where there is none. */
export function writeAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const written = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(written, text);
    renameSync(written, path);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
}

/** A folder with everything in it, or one file. Without a filter, Node copies natively and aborts the process where the system refuses. */
export function copyTree(from: string, to: string, options: Pick<CopySyncOptions, 'dereference' | 'mode'> = {}): void {
  cpSync(from, to, { ...options, recursive: true, filter: () => true });
}
