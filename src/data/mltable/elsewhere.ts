/** What a table is made of besides its own folder. */
import { posix, resolve } from 'node:path';
import picomatch from 'picomatch';
import { RequestError } from '../../errors/types.ts';
import { parsePath } from '../../language/named-paths.ts';
import { disk } from '../stores/disk.ts';
import { findMLTable, mltableName } from './find.ts';
import type { MLTable } from './model.ts';
import { readMLTable } from './read-file.ts';

/** Addresses that an MLTable names, each once; of a pattern also the folder in which it begins. Nothing where there is no MLTable, or a wrong one. */
export async function namedAddresses(path: string): Promise<readonly { readonly written: string; readonly base: string }[]> {
  const named = (await tableAt(path))?.paths.flatMap((entry) => {
    const { kind } = parsePath(entry.path);
    if (kind === 'local' || kind === 'invalid') return [];
    return [[entry.path, entry.kind === 'pattern' ? beginningOf(entry.path) : entry.path] as const];
  });
  return [...new Map(named)].map(([written, base]) => ({ written, base }));
}

/** The part of a path or an address in front of the first name with a wildcard in it. */
export function beginningOf(address: string): string {
  const names = address.split('/');
  const first = names.findIndex((name) => /[*?[]/.test(name));
  return first < 0 ? address : names.slice(0, first).join('/');
}

/**
 * Files and folders outside its folder that an MLTable names, absolute, each once; of a pattern the folder in which it begins.
 * Nothing where there is no MLTable, or a wrong one: who reads it tells that. `path`: the folder, or the MLTable itself.
 */
export async function namedElsewhere(path: string): Promise<readonly string[]> {
  const table = await tableAt(path);
  if (table === undefined) return [];
  const { folder, paths } = table;
  const places = paths.flatMap((entry) => {
    const parsed = parsePath(entry.path);
    if (parsed.kind !== 'local') return [];
    return [resolve(folder, entry.kind === 'pattern' ? picomatch.scan(posix.normalize(parsed.path)).base : parsed.path)];
  });
  return [...new Set(places)].filter((place) => place !== folder && !place.startsWith(`${folder}/`));
}

async function tableAt(path: string): Promise<MLTable | undefined> {
  const file = path.endsWith(`/${mltableName}`) ? path : await findMLTable(disk, path);
  try {
    return file === undefined ? undefined : readMLTable(file);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}
