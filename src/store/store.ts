/** The run store: jobs and assets of one home. */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import { makeFolder } from '../os/files.ts';
import type { AssetRegistry } from './assets.ts';
import { exclusively, openDatabase } from './database.ts';
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

/** Opens the store and makes it, with its folders, where there is none. @throws RequestError when the home cannot be written. */
export async function openStore(home: string): Promise<RunStore> {
  const database = openOrExplain(home);
  return {
    home,
    jobs: jobStore(home, database),
    assets: assetRegistry(home, database),
    layout: (job) => jobLayout(home, job),
    exclusively: (work) => exclusively(database, work),
    close: () => database.close(),
  };
}

function openOrExplain(home: string): DatabaseSync {
  try {
    // Specs and logs may hold what is meant for their user alone.
    makeFolder(join(home, 'jobs'), 0o700);
    return openDatabase(join(home, 'store.db'));
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw new RequestError({
      code: 'bad-home',
      message: `The home ${home} cannot be used: ${messageOf(error)}.`,
      hint: 'Set PARALLELRUN_HOME to a folder that can be written.',
    });
  }
}
