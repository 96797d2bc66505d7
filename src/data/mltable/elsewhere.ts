/** What a table is made of besides its own folder. */
import { posix, resolve } from 'node:path';
import picomatch from 'picomatch';
import { RequestError } from '../../errors/types.ts';
import { parsePath } from '../../language/named-paths.ts';
import { disk } from '../stores/disk.ts';
import { findMLTable, mltableName } from './find.ts';
import { readMLTable } from './read-file.ts';

/**
 * Files and folders outside its folder that an MLTable names, absolute, each once; of a pattern the folder in which it begins.
 * Nothing where there is no MLTable, or a wrong one: who reads it tells that. `path`: the folder, or the MLTable itself.
 */
export async function namedElsewhere(path: string): Promise<readonly string[]> {
  const file = path.endsWith(`/${mltableName}`) ? path : await findMLTable(disk, path);
  if (file === undefined) return [];
  try {
    const { folder, paths } = readMLTable(file);
    const places = paths.flatMap((entry) => {
      const parsed = parsePath(entry.path);
      if (parsed.kind !== 'local') return [];
      return [resolve(folder, entry.kind === 'pattern' ? picomatch.scan(posix.normalize(parsed.path)).base : parsed.path)];
    });
    return [...new Set(places)].filter((place) => place !== folder && !place.startsWith(`${folder}/`));
  } catch (error) {
    if (error instanceof RequestError) return [];
    throw error;
  }
}
