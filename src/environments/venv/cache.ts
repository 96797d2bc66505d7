/** Where environments are kept once they are made: a folder each, named by what it was made from. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from '../../errors/thrown.ts';
import { factIn, isRecord, readFactFile, writeFactFile } from '../../os/facts.ts';
import { startTime } from '../../os/start-time.ts';
import type { ResolvedInterpreter } from '../interpreter.ts';
import type { Recipe } from './recipe.ts';

/** Raised when what is made of the same recipe changes. */
const format = 1;

/** What is written down of an environment once it is whole; until then it is none. */
export interface MadeEnvironment {
  readonly python: string;
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

/** The same for the same packages on the same interpreter, whatever the job or the file is called. */
export function keyOf({ wishes }: Recipe, { python, version }: ResolvedInterpreter): string {
  const files = wishes.flatMap(({ line }) => {
    const file = /^(?:-r|--requirement|-c|--constraint) (\S+)$/.exec(line)?.[1];
    return file === undefined ? [] : [existsSync(file) ? readFileSync(file, 'utf8') : ''];
  });
  const lines = wishes.map(({ line }) => line).toSorted();
  const hash = createHash('sha256').update(JSON.stringify([format, realpathSync(python), version, process.arch, lines, files]));
  return hash.digest('hex').slice(0, 24);
}

/** Undefined where there is none, a torn one, or one whose interpreter is gone. */
export function findMade(home: string, key: string): ResolvedInterpreter | undefined {
  const directory = join(environmentsFolder(home), key);
  const made = factIn(readFactFile(factFile(directory), isMade));
  const python = join(directory, 'bin', 'python');
  return made === undefined || !existsSync(python) ? undefined : { python, version: made.version };
}

/** Brings the folder's contents to the state of a whole environment. */
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

function usersFolder(directory: string): string {
  return join(directory, '.users');
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

function factFile(directory: string): string {
  return join(directory, 'environment.json');
}

function isMade(value: unknown): value is MadeEnvironment {
  return isRecord(value) && typeof value.version === 'string' && Array.isArray(value.packages);
}
