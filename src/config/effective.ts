/** Which settings hold here: the environment variable, else the project's file, else the user's. */
import { configurationFiles, presentFiles } from './files.ts';
import { readConfiguration } from './read.ts';
import { type Setting, settings } from './settings.ts';

/** One setting, and what said so. */
export interface Effective {
  readonly setting: Setting;
  /** As its environment variable holds it. */
  readonly value: string;
  /** The variable's name, or `FILE:LINE`. */
  readonly from: string;
}

/** Those that something sets, in the order of `settings`. @throws RequestError for a file with mistakes */
export function effectiveSettings(
  environment: NodeJS.ProcessEnv = process.env,
  workingDirectory: string = process.cwd(),
): readonly Effective[] {
  const configured = presentFiles(configurationFiles(environment, workingDirectory)).flatMap(readConfiguration);
  return settings.flatMap((setting) => {
    const given = environment[setting.variable];
    if (given !== undefined && given !== '') return [{ setting, value: given, from: setting.variable }];
    const found = configured.find((each) => each.setting === setting);
    return found === undefined ? [] : [{ setting, value: found.value, from: found.place }];
  });
}

/** The environment variables with those that configuration files set and nothing else does. @throws RequestError for a file with mistakes */
export function configuredEnvironment(
  environment: NodeJS.ProcessEnv = process.env,
  workingDirectory: string = process.cwd(),
): NodeJS.ProcessEnv {
  const effective = effectiveSettings(environment, workingDirectory);
  return { ...environment, ...Object.fromEntries(effective.map(({ setting, value }) => [setting.variable, value])) };
}
