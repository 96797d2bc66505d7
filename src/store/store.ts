/** The run store: jobs and assets of one home. */
import { chmodSync, closeSync, copyFileSync, existsSync, mkdtempSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import { formatNumberOf } from '../events/format.ts';
import { makeFolder } from '../os/files.ts';
import type { AssetRegistry } from './assets.ts';
import { exclusively, isDamaged, isRefusal, openDatabase } from './database.ts';
import { type JobStore, jobStore } from './jobs.ts';
import { type JobLayout, jobLayout } from './layout.ts';
import { assetRegistry } from './registry.ts';

export interface RunStore {
  /** Absolute. */
  readonly home: string;
  readonly jobs: JobStore;
  readonly assets: AssetRegistry;
  layout(job: string): JobLayout;
  /** Runs the work while no other process can write to this home's store; for short decisions that two processes must not take at once. */
  exclusively<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens the store and makes it, with its folders, where there is none. A database that is lost or damaged is made again from the
 * jobs' folders; a home that cannot be written can be looked at.
 * @param warn is told what was done about it. Default: stderr
 * @throws RequestError when the home can be neither written nor read
 */
export async function openStore(
  home: string,
  warn: (message: string) => void = (message) => void process.stderr.write(`prl: ${message}\n`),
): Promise<RunStore> {
  const { database, close } = openOrExplain(home, warn);
  return {
    home,
    jobs: jobStore(home, database),
    assets: assetRegistry(home, database),
    layout: (job) => jobLayout(home, job),
    exclusively: (work) => exclusively(database, work),
    close,
  };
}

interface Opened {
  readonly database: DatabaseSync;
  close(): void;
}

function openOrExplain(home: string, warn: (message: string) => void): Opened {
  const file = join(home, 'store.db');
  try {
    // Specs, logs and registered components may hold what is meant for their user alone.
    makeFolder(join(home, 'jobs'), 0o700);
    makePrivate(file);
    return openOrMend(home, file, warn);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    if (isRefusal(error) && existsSync(file)) return openCopy(home, file);
    throw new RequestError({
      code: 'bad-home',
      message: `The home ${home} cannot be used: ${messageOf(error)}.`,
      hint: 'Set PARALLELRUN_HOME to a folder that can be written.',
    });
  }
}

function openOrMend(home: string, file: string, warn: (message: string) => void): Opened {
  let database: DatabaseSync;
  try {
    database = openWith(home, file, warn);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    const aside = `${file}.damaged-${Date.now()}`;
    renameSync(file, aside);
    // What was to be written into the damaged one must not get into the new.
    for (const rest of ['-wal', '-shm']) rmSync(file + rest, { force: true });
    warn(`The run store ${file} is damaged (${messageOf(error)}). It is kept as ${aside}; registered assets must be registered again.`);
    makePrivate(file);
    database = openWith(home, file, warn);
  }
  return { database, close: () => database.close() };
}

/** Everything that is there is in it. */
function openWith(home: string, file: string, warn: (message: string) => void): DatabaseSync {
  const database = openDatabase(file);
  try {
    const found = jobStore(home, database).findAgain();
    if (found > 0) warn(`The run store did not know of ${formatNumberOf(found, 'job')} in ${join(home, 'jobs')}; it does again.`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The database wants to write beside itself also for whoever only reads: a home that cannot be written is read in a copy. */
function openCopy(home: string, file: string): Opened {
  const folder = mkdtempSync(join(tmpdir(), 'parallelrun-store-'));
  const removeCopy = () => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'store.db');
    for (const rest of ['', '-wal']) if (existsSync(file + rest)) copyFileSync(file + rest, copy + rest);
    const database = openWith(home, copy, () => {});
    database.exec('pragma query_only = on');
    return {
      database,
      close() {
        database.close();
        removeCopy();
      },
    };
  } catch (error) {
    removeCopy();
    throw error;
  }
}

/** Whatever the umask, and also where an earlier version made it for everybody. */
function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
}
