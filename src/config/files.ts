/** Where configuration files are. */
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The file of a project, found in the working directory or above it. */
export const projectFileName = 'parallelrun.yml';

export interface ConfigurationFiles {
  /** The nearest one in the working directory or above it; absent where there is none. */
  readonly project?: string;
  /** Where the user's own is, or would be. */
  readonly user: string;
}

export function configurationFiles(environment: NodeJS.ProcessEnv, workingDirectory: string): ConfigurationFiles {
  const project = nearest(workingDirectory);
  return { user: userFile(environment), ...(project !== undefined && { project }) };
}

/** Those that are there, the one that wins first. */
export function presentFiles({ project, user }: ConfigurationFiles): readonly string[] {
  return [project, isFile(user) ? user : undefined].filter((file) => file !== undefined);
}

function userFile(environment: NodeJS.ProcessEnv): string {
  const given = environment.XDG_CONFIG_HOME;
  const folder = given === undefined || given === '' ? join(homedir(), '.config') : resolve(given);
  return join(folder, 'parallelrun', 'config.yml');
}

function nearest(workingDirectory: string): string | undefined {
  for (let directory = workingDirectory; ; directory = dirname(directory)) {
    const candidate = join(directory, projectFileName);
    if (isFile(candidate)) return candidate;
    if (dirname(directory) === directory) return undefined;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
