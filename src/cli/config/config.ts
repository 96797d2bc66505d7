/** Settings of this place: what holds, who says so, and how to change it. */
import { resolve } from 'node:path';
import { type Effective, effectiveComputes, effectiveSettings } from '../../config/effective.ts';
import { type ConfigurationFiles, configurationFiles, projectFileName } from '../../config/files.ts';
import { type Setting, settings } from '../../config/settings.ts';
import { removeSetting, settingOf, writeSetting } from '../../config/write.ts';
import { RequestError } from '../../errors/types.ts';
import { exitCodes, tell } from '../errors.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns } from '../output/table.ts';

interface Shown {
  readonly setting: string;
  readonly value: string | null;
  /** The variable's name, or `FILE:LINE`; null where nothing sets it. */
  readonly from: string | null;
  readonly variable: string;
  readonly description: string;
}

export async function list(options: ResultOptions): Promise<void> {
  const effective = effectiveSettings();
  const ofComputes = effectiveComputes().map(({ compute, setting: { key, variable, description }, value, place }) => ({
    setting: `computes.${compute}.${key}`,
    value,
    from: place,
    variable,
    description,
  }));
  const shown = [...settings.map((setting) => show(setting, effective)), ...ofComputes];
  await printResult(shown, options, () =>
    columns(
      ['SETTING', 'VALUE', 'FROM'],
      shown.map(({ setting, value, from }) => [setting, value ?? '-', from ?? 'default']),
    ),
  );
  const { project, user } = here();
  tell(`project: ${project ?? `no ${projectFileName} here or above`}`);
  tell(`user:    ${user}`);
}

/** Exit code 1 where nothing sets it, as git has it. */
export async function get(key: string, options: ResultOptions): Promise<number> {
  const { value } = show(settingOf(key), effectiveSettings());
  if (value === null) return exitCodes.failed;
  if (options.output === undefined) process.stdout.write(`${value}\n`);
  else await printResult(value, options, () => value);
  return exitCodes.completed;
}

export function set(given: string, argument: string | undefined, options: { readonly user?: boolean }): void {
  const [key = '', ...rest] = given.split('=');
  const value = argument ?? (rest.length > 0 ? rest.join('=') : undefined);
  if (value === undefined || value === '' || (argument !== undefined && rest.length > 0)) {
    throw new RequestError({
      code: 'missing-argument',
      message: `A value is expected: prl config set ${key} VALUE`,
      hint: `To take it out: prl config unset ${key}`,
    });
  }
  const setting = settingOf(key);
  const file = target(options);
  writeSetting(file, setting, value);
  tell(`${file}: ${key} is ${value}`);
  const variable = process.env[setting.variable];
  if (variable !== undefined && variable !== '') tell(`warning: the environment variable ${setting.variable} goes before it: ${variable}`);
}

export function unset(key: string, options: { readonly user?: boolean }): void {
  const file = target(options);
  tell(removeSetting(file, settingOf(key)) ? `${file}: ${key} is taken out` : `${file} has no ${key}: nothing was changed`);
}

function show({ key, variable, description }: Setting, effective: readonly Effective[]): Shown {
  const found = effective.find(({ setting }) => setting.key === key);
  return { setting: key, value: found?.value ?? null, from: found?.from ?? null, variable, description };
}

function target({ user }: { readonly user?: boolean }): string {
  const files = here();
  return user === true ? files.user : (files.project ?? resolve(projectFileName));
}

function here(): ConfigurationFiles {
  return configurationFiles(process.env, process.cwd());
}
