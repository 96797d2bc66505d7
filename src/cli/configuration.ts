/** Configuration files stand in for environment variables: from here on this process has both in one. */
import { configurationFiles, presentFiles } from '../config/files.ts';

/** Commands that must work, or can say more, where a configuration file is wrong. */
const without: readonly (string | undefined)[] = ['config', 'completion', 'schema', undefined];

/** @throws RequestError for a configuration file with mistakes */
export async function useConfiguration(args: readonly string[]): Promise<void> {
  if (without.includes(args.find((arg) => !arg.startsWith('-'))) || args.some((arg) => arg === '--help' || arg === '-h')) return;
  if (presentFiles(configurationFiles(process.env, process.cwd())).length === 0) return;
  const { configuredEnvironment } = await import('../config/effective.ts');
  Object.assign(process.env, configuredEnvironment());
}
