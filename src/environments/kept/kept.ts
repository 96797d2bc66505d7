/** Environments that were made, and are kept: a folder each, named by what it was made of. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from '../../errors/thrown.ts';
import { factIn, isRecord, readFactFile, writeFactFile } from '../../os/facts.ts';
import { startTime } from '../../os/start-time.ts';

/** What is written down of an environment once it is whole; until then it is none. */
export interface MadeEnvironment {
  readonly language: 'python' | 'typescript' | 'image';
  /** What it was made on: an interpreter, a Node, or an image. */
  readonly base: string;
  /** The version of that. */
  readonly version: string;
  /** As they were asked for. */
  readonly packages: readonly string[];
  /** ISO 8601 in UTC. */
  readonly made: string;
}

export interface KeptEnvironment extends MadeEnvironment {
  readonly key: string;
  readonly directory: string;
  /** When a step last began in it; ISO 8601 in UTC. */
  readonly lastUsed: string;
}

export function environmentsFolder(home: string): string {
  return join(home, 'environments');
}

/** Its folder; undefined where there is none, or a torn one. @param needed a file in it without which it is of no use: an interpreter that is gone */
export function findKept(home: string, key: string, needed: string): string | undefined {
  const directory = join(environmentsFolder(home), key);
  const made = factIn(readFactFile(factFile(directory), isMade));
  return made === undefined || !existsSync(join(directory, needed)) ? undefined : directory;
}

/** From here on the folder is a whole environment. */
export function writeMade(directory: string, made: MadeEnvironment): void {
  writeFactFile(factFile(directory), made);
}

/** For whoever decides which are old, and may be taken away: this process uses it until it ends. */
export function noteUse(directory: string): void {
  const now = new Date();
  try {
    mkdirSync(usersFolder(directory), { recursive: true });
    writeFileSync(join(usersFolder(directory), String(process.pid)), startTime(process.pid) ?? '');
    utimesSync(factFile(directory), now, now);
  } catch {
    // A home that cannot be written is read all the same.
  }
}

/** Some process that uses it is alive. */
export function isInUse(directory: string): boolean {
  const folder = usersFolder(directory);
  const users = existsSync(folder) ? readdirSync(folder) : [];
  return users.some((pid) => {
    try {
      if (startTime(Number(pid)) === readFileSync(join(folder, pid), 'utf8')) return true;
      rmSync(join(folder, pid), { force: true });
      return false;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return false;
    }
  });
}

/** The last used first; those that are being made are none yet. */
export function keptEnvironments(home: string): readonly KeptEnvironment[] {
  const folder = environmentsFolder(home);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const kept = names.flatMap((key) => {
    const directory = join(folder, key);
    const made = key.startsWith('.') ? undefined : factIn(readFactFile(factFile(directory), isMade));
    return made === undefined ? [] : [{ ...made, key, directory, lastUsed: statSync(factFile(directory)).mtime.toISOString() }];
  });
  return kept.toSorted((one, other) => (one.lastUsed < other.lastUsed ? 1 : -1));
}

function usersFolder(directory: string): string {
  return join(directory, '.users');
}

function factFile(directory: string): string {
  return join(directory, 'environment.json');
}

function isMade(value: unknown): value is MadeEnvironment {
  return isRecord(value) && typeof value.version === 'string' && Array.isArray(value.packages);
}
