import { type CopySyncOptions, cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

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
