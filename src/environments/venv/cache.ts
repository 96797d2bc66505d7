/** Where environments are kept once they are made: a folder each, named by what it was made from. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { factIn, isRecord, readFactFile, writeFactFile } from '../../os/facts.ts';
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

/** For whoever decides which are old. */
export function noteUse(home: string, key: string): void {
  const now = new Date();
  try {
    utimesSync(factFile(join(environmentsFolder(home), key)), now, now);
  } catch {
    // A home that cannot be written is read all the same.
  }
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
