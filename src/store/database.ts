/** The SQLite file of a home. Several processes use it at once, each for moments. */
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { isErrno } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';

/** SQLite's result codes. */
const corrupt = 11;
const noDatabase = 26;

/** Bytes. */
const checkedAtMost = 1 << 20;

/** How long one process waits for another's write, in milliseconds. */
const busyTimeout = 10_000;

/** Each entry brings the schema one version further; entries are never changed once released. */
const migrations: readonly string[] = [
  `create table jobs (
     name text primary key collate nocase,
     status text not null,
     display_name text,
     experiment_name text,
     source text,
     mini_batch_limit integer,
     error text,
     created text not null,
     ended text,
     archived integer not null default 0
   ) strict;
   create index jobs_by_age on jobs (created);
   create table assets (
     kind text not null,
     name text not null,
     version text not null,
     description text,
     tags text not null,
     body text not null,
     created text not null,
     archived integer not null default 0,
     primary key (kind, name, version)
   ) strict;
   create table asset_labels (
     kind text not null,
     name text not null,
     label text not null,
     version text not null,
     primary key (kind, name, label)
   ) strict;`,
  `create table step_fingerprints (
     job text not null,
     step text not null,
     definition text not null,
     parts text not null,
     outputs text not null,
     decision text not null,
     reusable integer not null,
     ended text not null,
     primary key (job, step)
   ) strict;
   create index step_fingerprints_by_definition on step_fingerprints (definition, reusable, ended);
   create table contents (
     path text primary key,
     stat text not null,
     content text not null,
     listing text not null
   ) strict;`,
];

/** @throws RequestError when the file was written by a newer version of the program. */
export function openDatabase(file: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file, { timeout: busyTimeout });
  try {
    const found = version(database);
    if (found > migrations.length) {
      throw new RequestError({
        code: 'newer-home',
        file,
        message: `The run store has schema version ${found}, this program knows ${migrations.length}.`,
        hint: 'Use the newer prl that wrote it, or another PARALLELRUN_HOME.',
      });
    }
    if (found < migrations.length) migrate(database);
    checkWhole(database, file);
    database.exec('pragma synchronous = normal');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * SQLite finds damage where it reads; a database of usual size is read through, which takes less than a millisecond, so that damage is
 * known before anything builds on it. @throws the same error as a read of what is damaged
 */
export function checkWhole(database: DatabaseSync, file: string): void {
  if (statSync(file).size > checkedAtMost) return;
  const found = database.prepare('pragma quick_check(1)').get()?.quick_check;
  if (found !== 'ok') throw Object.assign(new Error(String(found)), { code: 'ERR_SQLITE_ERROR', errcode: corrupt });
}

/** The file is no database, or not a whole one. */
export function isDamaged(error: unknown): boolean {
  return [corrupt, noDatabase].includes(resultCode(error));
}

/** The system lets nobody write there. */
export function isRefusal(error: unknown): boolean {
  const [readOnly, cannotOpen] = [8, 14];
  return isErrno(error, 'EROFS', 'EACCES', 'EPERM') || [readOnly, cannotOpen].includes(resultCode(error));
}

/** SQLite's, without its extension; 0 for any other error. */
function resultCode(error: unknown): number {
  return isErrno(error, 'ERR_SQLITE_ERROR') && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
}

/** Runs the work while no other process can write. */
export function exclusively<T>(database: DatabaseSync, work: () => T): T {
  database.exec('begin immediate');
  try {
    const result = work();
    database.exec('commit');
    return result;
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
}

function migrate(database: DatabaseSync): void {
  setWriteAheadLog(database);
  exclusively(database, () => {
    for (const migration of migrations.slice(version(database))) database.exec(migration);
    database.exec(`pragma user_version = ${migrations.length}`);
  });
}

/** SQLite does not wait for others when it changes the journal mode, so a home that several processes make at once is tried again. */
function setWriteAheadLog(database: DatabaseSync): void {
  const deadline = performance.now() + busyTimeout;
  for (;;) {
    try {
      database.exec('pragma journal_mode = wal');
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function version(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.user_version);
}

/**
 * Without the warning that Node 22 prints about `node:sqlite`: nothing that a user of this program could act on.
 * Loaded at one stroke, so that nobody else's warning is lost meanwhile.
 */
export function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
