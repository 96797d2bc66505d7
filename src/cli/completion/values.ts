/** Which values an option or the argument of a command has. */
import type { Command, Option } from 'commander';
import { outputFormats } from '../output/output.ts';
import { FILE_KINDS } from '../schema/schema.ts';
import { type Asked, assetKinds } from './candidates.ts';

/** What can stand in a place: these words; what a command is asked for; anything, such as a file. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'asked'; readonly asked: Asked }
  | { readonly kind: 'any' };

const any: Values = { kind: 'any' };
const words = (...all: readonly string[]): Values => ({ kind: 'words', words: all });

export function optionValues(path: string, command: Command, { long, argChoices }: Option): Values {
  if (argChoices !== undefined) return words(...argChoices);
  if (long === '--output') return words(...outputFormats);
  if (long === '--name') return namesOf(path, command);
  if (!path.startsWith('job ')) return any;
  if (long === '--step') return { kind: 'asked', asked: 'steps' };
  if (long === '--worker') return { kind: 'asked', asked: 'workers' };
  return long === '--output-name' ? { kind: 'asked', asked: 'outputs' } : any;
}

export function argumentValues(path: string, command: Command): Values {
  if (path === 'schema') return words(...FILE_KINDS);
  if (path === 'completion') return words('bash', 'zsh', 'fish');
  return command.registeredArguments[0]?.name() === 'name' ? namesOf(path, command) : any;
}

/** Of what is there already: a new job or asset gets a name that no one has. */
function namesOf(path: string, command: Command): Values {
  const [noun = '', verb] = path.split(' ');
  if (noun === 'job') return command.registeredArguments[0]?.name() === 'name' ? { kind: 'asked', asked: 'jobs' } : any;
  const kind = assetKinds.find((each) => each === noun);
  return kind === undefined || verb === 'create' ? any : { kind: 'asked', asked: kind };
}
