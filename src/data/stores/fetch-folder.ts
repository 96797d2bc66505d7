import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFilePath } from '../fetch/fetched-files.ts';
import { fetchFile } from './fetch-file.ts';
import type { DataStore } from './store.ts';

/** Files that are fetched at the same time. */
const atOnce = 32;

/**
 * Brings a folder of a store to this machine's disk. It has its name only once all of it is there; files that an earlier try brought are not fetched
 * again.
 */
export async function fetchFolder(store: DataStore, folder: string, target: string, signal: AbortSignal): Promise<void> {
  const part = `${target}.part`;
  mkdirSync(part, { recursive: true });
  for await (const files of store.list(folder, signal)) {
    let next = 0;
    const work = async (): Promise<void> => {
      for (let file = files[next++]; file !== undefined; file = files[next++]) {
        const { path, version } = file;
        const key = folder === '' ? path : `${folder}/${path}`;
        if (!isFilePath(path)) throw new Error(`${store.describe(key)} cannot be the path of a file on this machine`);
        if (existsSync(join(part, path))) continue;
        mkdirSync(dirname(join(part, path)), { recursive: true });
        await fetchFile(store, key, join(part, path), signal, version);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
  renameSync(part, target);
}
