import { type CopySyncOptions, cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A reader finds the old text or the new one, never a part. */
export function writeAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const written = `${path}.${process.pid}.tmp`;
  writeFileSync(written, text);
  renameSync(written, path);
}

/** A folder with everything in it, or one file. Without a filter, Node copies natively and aborts the process where the system refuses. */
export function copyTree(from: string, to: string, options: Pick<CopySyncOptions, 'dereference' | 'mode'> = {}): void {
  cpSync(from, to, { ...options, recursive: true, filter: () => true });
}

export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The system refused: a full disk, a missing right, too many open files. Its message names the file. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
