import { findHome } from '../store/home.ts';
import { openStore, type RunStore } from '../store/store.ts';

/** Gives the work the home's run store and closes it afterwards. */
export async function withStore<T>(work: (store: RunStore) => T | Promise<T>): Promise<T> {
  const store = await openStore(findHome());
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
