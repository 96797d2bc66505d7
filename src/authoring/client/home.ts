import { openStore, type RunStore } from '../../runs/store.ts';

/** Gives the work the home's run store and closes it afterwards. */
export async function withHome<T>(home: string, work: (store: RunStore) => T | Promise<T>): Promise<T> {
  const store = await openStore(home);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
