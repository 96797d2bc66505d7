/** Takes environments away that nobody uses. */
import { renameSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../../errors/thrown.ts';
import { startTime } from '../../os/start-time.ts';
import { environmentsFolder, isInUse, type KeptEnvironment } from './kept.ts';

/** False where it must stay: a process uses it, or it is gone already. */
export async function removeEnvironment(home: string, { key, directory }: KeptEnvironment): Promise<boolean> {
  if (isInUse(directory)) return false;
  // Whoever wants it from now on makes another; whoever found it before has said so.
  const aside = join(environmentsFolder(home), `.removed-${process.pid}-${key}`);
  try {
    renameSync(directory, aside);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
  if (isInUse(aside)) {
    try {
      renameSync(aside, directory);
      return false;
    } catch (error) {
      if (!isErrno(error, 'ENOTEMPTY', 'EEXIST')) throw error;
      // It was made anew meanwhile; its user of before keeps what it has open.
    }
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}

/** What processes that were killed left of one that they made, or took away. */
export async function removeLeftovers(home: string): Promise<void> {
  const folder = environmentsFolder(home);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const owner = /^\.(?:making|removed)-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && startTime(Number(owner)) === undefined) await rm(join(folder, name), { recursive: true, force: true });
  }
}
