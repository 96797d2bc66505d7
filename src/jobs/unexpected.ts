/** Errors that nobody expected: the machine's refusal, told as it is, or a mistake of this program, with the details in a file. */
import { appendFileSync } from 'node:fs';
import { arch, platform, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isErrno, isSystemError, messageOf } from '../errors/thrown.ts';
import { makeFolder } from '../os/files.ts';

/** What to tell people. The details of a mistake of ours go into the folder (or, where that fails, the system's temporary one). */
export function explainUnexpected(error: unknown, directory: string): string {
  return systemReason(error) ?? recordInternalError(error, directory);
}

/** `ENOSPC: no space left on device, write '…'`: the machine would not do it. Undefined for any other error. */
export function systemReason(error: unknown): string | undefined {
  if (isSystemError(error)) return `${error.message}.`;
  if (!isErrno(error, 'ERR_SQLITE_ERROR') || !('errcode' in error)) return undefined;
  return machineErrors.has(Number(error.errcode) & 0xff) ? `The run store could not be written: ${error.message}.` : undefined;
}

/** SQLite's result codes for locked, read-only, I/O error, corrupt, full, cannot open, no database. */
const machineErrors: ReadonlySet<number> = new Set([5, 8, 10, 11, 13, 14, 26]);

function recordInternalError(error: unknown, directory: string): string {
  const details = [
    `${new Date().toISOString()} Node ${process.version}, ${platform()} ${release()} ${arch()}`,
    error instanceof Error ? describe(error) : String(error),
    '',
  ].join('\n');
  const summary = messageOf(error);
  for (const folder of [directory, tmpdir()]) {
    try {
      makeFolder(folder);
      const file = join(folder, 'internal-error.txt');
      appendFileSync(file, `${details}\n`);
      return `Internal error: ${summary}. This is a bug in parallelrun; details are in ${file}`;
    } catch {
      // The next folder, or no file at all.
    }
  }
  return `Internal error: ${summary}. This is a bug in parallelrun.`;
}

function describe(error: Error): string {
  const cause =
    error.cause === undefined ? '' : `\ncaused by ${error.cause instanceof Error ? describe(error.cause) : String(error.cause)}`;
  return (error.stack ?? error.message) + cause;
}
