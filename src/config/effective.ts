/** Which settings hold here: the environment variable, else the project's file, else the user's. */
import { computesVariable } from '../language/computes.ts';
import { configurationFiles, presentFiles } from './files.ts';
import { type ConfiguredCompute, readComputes, readConfiguration } from './read.ts';
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

/**
 * What is set for single computes. What the environment says for all goes before it, and the project's file before the user's.
 * @throws RequestError for a file with mistakes
 */
export function effectiveComputes(
  environment: NodeJS.ProcessEnv = process.env,
  workingDirectory: string = process.cwd(),
): readonly ConfiguredCompute[] {
  const configured = presentFiles(configurationFiles(environment, workingDirectory)).flatMap(readComputes);
  return configured.filter(
    ({ compute, setting }, index) =>
      !environment[setting.variable] && index === configured.findIndex((each) => each.compute === compute && each.setting === setting),
  );
}

/** The same as one environment variable; none where nothing is set, or the variable is there already. */
export function computesSet(environment: NodeJS.ProcessEnv, workingDirectory: string): Readonly<Record<string, string>> {
  const own = Object.groupBy(effectiveComputes(environment, workingDirectory), ({ compute }) => compute);
  if (Object.keys(own).length === 0 || environment[computesVariable] !== undefined) return {};
  const variables = Object.entries(own).map(([compute, set = []]) => [
    compute,
    Object.fromEntries(set.map(({ setting, value }) => [setting.variable, value])),
  ]);
  return { [computesVariable]: JSON.stringify(Object.fromEntries(variables)) };
}

/** The environment variables with those that configuration files set and nothing else does. @throws RequestError for a file with mistakes */
export function configuredEnvironment(
  environment: NodeJS.ProcessEnv = process.env,
  workingDirectory: string = process.cwd(),
): NodeJS.ProcessEnv {
  const effective = effectiveSettings(environment, workingDirectory);
  return {
    ...environment,
    ...computesSet(environment, workingDirectory),
    ...Object.fromEntries(effective.map(({ setting, value }) => [setting.variable, value])),
  };
}
