import { join, resolve } from 'node:path';
import { configuredEnvironment } from '../../config/effective.ts';
import { type ProcessContext, processContext } from '../../os/process-context.ts';
import { findHome } from '../../store/home.ts';
import { defaultDatastore } from '../../store/registry.ts';
import { openStore, type RunStore } from '../../store/store.ts';

/** The folder given, else the home that commands started here use. Absolute. @throws RequestError for a configuration file with mistakes */
export function homeFolder(given: string | undefined): string {
  return given === undefined ? findHome(configuredEnvironment()) : resolve(given);
}

/** What the processes of a job inherit: this program's environment, and what configuration files say. */
export function clientContext(): ProcessContext {
  return processContext(configuredEnvironment());
}

/** The datastore that every home has. */
export function ownDatastore(home: string): { readonly name: string; readonly path: string } {
  return { name: defaultDatastore, path: join(home, 'datastores', defaultDatastore) };
}

/** Gives the work the home's run store and closes it afterwards. */
export async function withHome<T>(home: string, work: (store: RunStore) => T | Promise<T>): Promise<T> {
  const store = await openStore(home);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
