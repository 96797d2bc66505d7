import { disk } from './disk.ts';
import type { DataStore, StorePlace } from './store.ts';

/** Opens the store that a reader names. Absent: this machine's disk. */
export async function openStore(place: StorePlace = disk.place): Promise<DataStore> {
  switch (place.kind) {
    case 'disk':
      return disk;
    case 'https':
      return (await import('./https.ts')).httpsStore({ base: new URL(place.url) });
    case 's3':
    case 'azure_blob':
    case 'gcs':
      return (await import('./object/open.ts')).openObjectStore(place, {});
  }
}
