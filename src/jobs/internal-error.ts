/** A mistake of this program, not of its user: told in one sentence, with the details in a file. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { arch, platform, release, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes the details into the folder (or, where that fails, the system's temporary one); returns what to tell. */
export function recordInternalError(error: unknown, directory: string): string {
  const details = [
    `${new Date().toISOString()} Node ${process.version}, ${platform()} ${release()} ${arch()}`,
    error instanceof Error ? describe(error) : String(error),
    '',
  ].join('\n');
  const summary = error instanceof Error ? error.message : String(error);
  for (const folder of [directory, tmpdir()]) {
    try {
      mkdirSync(folder, { recursive: true });
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
