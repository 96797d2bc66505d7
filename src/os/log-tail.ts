/** The end of a log that a process appends to. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { isErrno } from '../errors/thrown.ts';

/** A log, and where in it this try begins: a resumed step, or a worker's successor, goes on in the log of the one before. */
export interface Log {
  readonly path: string;
  /** In bytes. */
  readonly start: number;
}

export function logFromHere(path: string): Log {
  return { path, start: sizeOf(path) };
}

/** In bytes; 0 where it is not there. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

const mostBytes = 8192;

/** Its last lines, at most `lines` of them and 8 KB; empty where nothing was written, or the log is gone. */
export function tail({ path, start }: Log, lines: number): string {
  const file = openIfThere(path);
  if (file === undefined) return '';
  try {
    const { size } = fstatSync(file);
    // Whoever has cut the log meanwhile has taken the beginning.
    const length = Math.min(size - Math.min(start, size), mostBytes);
    const buffer = Buffer.alloc(length);
    const read = readSync(file, buffer, 0, length, size - length);
    const found = buffer.subarray(0, read).toString('utf8').trimEnd().split('\n');
    if (size - start > mostBytes && found.length > 1) found.shift();
    return found.slice(-lines).join('\n');
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}
