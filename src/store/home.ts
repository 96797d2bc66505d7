/** Which folder is the home: where jobs, assets and datastores live. */
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const folderName = '.parallelrun';

/**
 * `PARALLELRUN_HOME`; else the nearest folder called `.parallelrun` in the working directory or above it;
 * else `.parallelrun` in the user's home. Absolute; it need not be there yet.
 */
export function findHome(environment: NodeJS.ProcessEnv = process.env, workingDirectory: string = process.cwd()): string {
  const given = environment.PARALLELRUN_HOME;
  if (given !== undefined && given !== '') return resolve(workingDirectory, given);
  for (let directory = workingDirectory; ; directory = dirname(directory)) {
    const candidate = join(directory, folderName);
    if (statSync(candidate, { throwIfNoEntry: false })?.isDirectory() === true) return candidate;
    if (dirname(directory) === directory) return join(homedir(), folderName);
  }
}
