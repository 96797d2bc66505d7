/**
 * What gives access to data: each in a file of its own that only its owner can read, in a folder that only its owner can enter. Nothing else in a home
 * holds a secret.
 */
import { chmodSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import type { DatastoreCredentials } from '../language/datastores.ts';
import { isRecord, readFactFile } from '../os/facts.ts';
import { makeFolder, writePrivately } from '../os/files.ts';
import { checkName } from './names.ts';

/** Keeps what gives access to a datastore in place of what was kept; undefined: nothing. */
export function keepCredentials(home: string, datastore: string, credentials: DatastoreCredentials | undefined): void {
  const file = fileOf(home, datastore);
  if (credentials === undefined) rmSync(file, { force: true });
  else writeSecret(file, credentials);
}

/** Undefined: whoever this machine is signed in as. @throws RequestError for a file that others can read, or that cannot be read */
export function credentialsOf(home: string, datastore: string): DatastoreCredentials | undefined {
  return readSecret(fileOf(home, datastore), isCredentials);
}

/** Of what kind they are, without reading them aloud; undefined: there are none. */
export function accessKind(home: string, datastore: string): DatastoreCredentials['kind'] | undefined {
  return credentialsOf(home, datastore)?.kind;
}

function fileOf(home: string, datastore: string): string {
  checkName('datastore', datastore);
  return join(home, 'credentials', 'datastores', `${datastore}.json`);
}

/** A reader finds the old one or the new one, whole. */
export function writeSecret(file: string, secret: unknown): void {
  const folder = dirname(file);
  makeFolder(folder, 0o700);
  if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
  writePrivately(file, `${JSON.stringify(secret)}\n`);
}

/** Undefined where there is none. @throws RequestError for a file that others can read, or that cannot be read */
export function readSecret<T>(file: string, isSecret: (value: unknown) => value is T): T | undefined {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return undefined;
  if ((mode & 0o077) !== 0) {
    throw new RequestError({
      code: 'open-credentials',
      message: `The credentials in ${file} can be read by others on this machine (its mode is ${(mode & 0o777).toString(8)}).`,
      hint: `Change them where they were made, then: chmod 600 ${file}`,
    });
  }
  const found = readFactFile(file, isSecret);
  if (found.kind !== 'torn') return found.kind === 'whole' ? found.fact : undefined;
  throw new RequestError({
    code: 'torn-credentials',
    message: `The credentials in ${file} cannot be read.`,
    hint: 'Give them again: prl datastore update --file FILE',
  });
}

function isCredentials(value: unknown): value is DatastoreCredentials {
  return isRecord(value) && typeof value.kind === 'string';
}
