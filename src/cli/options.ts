/** Options that many commands share, named as `az ml` names them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { isDay } from '../environments/as-of.ts';
import { environmentKinds } from '../environments/kind.ts';
import { messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import { tell } from './errors.ts';
import { checkFormat, type OutputFormat } from './output/output.ts';
import { checkQuery } from './output/query.ts';

/** What only has a meaning for an Azure workspace: accepted so that scripts written for `az ml` run, told once, and ignored. */
const ignoredFlags = [
  '-g, --resource-group <name>',
  '-w, --workspace-name <name>',
  '--workspace <name>',
  '--subscription <id>',
  '--registry-name <name>',
  '--only-show-errors',
  '--verbose',
  '--web',
  '-e',
];

/** Completes a command: `--output`, `--query`, and what `az` scripts pass besides. */
export function leaf(command: Command): Command {
  command
    .addOption(
      new Option('-o, --output <format>', 'json, table, yaml, tsv or none (default: table on a terminal, else json)').argParser(
        checkFormat,
      ),
    )
    .option('--query <jmespath>', "only this part of the result: status, steps.score.status, [?status=='Failed'].name");
  for (const flags of ignoredFlags) {
    const option = new Option(flags).hideHelp();
    // Another option of the command may have the same letter.
    if (!command.options.some((other) => other.short === option.short && option.short !== undefined && other !== option)) {
      command.addOption(option);
    }
  }
  return command.hook('preAction', async (_, action) => {
    tellIgnored(action);
    const { query } = action.opts<ResultOptions>();
    if (query !== undefined) await checkQuery(query);
  });
}

/** Where `--verbose`, which elsewhere only scripts for `az` pass, has a meaning: what scripts print is shown as they print it. */
export function showsPrints(command: Command): Command {
  const verbose = command.options.find(({ long }) => long === '--verbose');
  if (verbose !== undefined) {
    verbose.hidden = false;
    verbose.description = 'show what scripts print, as they print it';
  }
  return command;
}

function tellIgnored(command: Command): void {
  const given = ignoredFlags
    .map((flags) => new Option(flags))
    .filter((option) => option.isBoolean() === false && command.getOptionValueSource(option.attributeName()) === 'cli')
    .map((option) => option.long ?? option.short);
  if (given.length > 0) tell(`prl: ignored: ${given.join(', ')} (jobs run on this machine)`);
}

export interface ResultOptions {
  readonly output?: OutputFormat;
  readonly query?: string;
}

/** See `spreadSets`. */
export const setOption = (what = 'override a value of the file: inputs.data.path=./other (several may follow)'): Option =>
  new Option('--set <path=value>', what).argParser((value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value]);

/** A whole number from `least` on. */
export function wholeNumber(least: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && Number.isSafeInteger(number)) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${least} on.`);
  };
}

function day(value: string): string {
  if (isDay(value)) return value;
  throw new InvalidArgumentError('Expected a day: 2023-06-30.');
}

/** A regular expression. */
export function pattern(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

export const environmentOption = (): Option =>
  new Option(
    '--environment <how>',
    'venv: packages that the job declares, in an environment of their own (the default); system: what is installed here; container: what declares an image runs in it, with podman or docker',
  ).choices(environmentKinds);

export const strictEnvironmentOption = (): Option =>
  new Option('--strict-environment', 'refuse a Python of another version than the job asks for (PARALLELRUN_STRICT_ENVIRONMENT=1)');

export const packagesAsOfOption = (): Option =>
  new Option(
    '--packages-as-of <day>',
    'where the job names no version, take those of that day (2023-06-30), not the newest (PARALLELRUN_PACKAGES_AS_OF)',
  ).argParser(day);

export const oversubscribeOption = (): Option =>
  new Option(
    '--oversubscribe',
    'start as many workers as the job asks for, however few processors there are (PARALLELRUN_OVERSUBSCRIBE=1)',
  );

/** For commands that delete. */
export const yesOption = (): Option => new Option('-y, --yes', 'do not ask');
export const dryRunOption = (): Option => new Option('--dry-run', 'say what would be deleted, and delete nothing');

export const outputDirOption = (): Option =>
  new Option('--output-dir <folder>', 'where outputs that name no path go: a folder for each, by its name').env('PARALLELRUN_OUTPUT_DIR');

export const colorOption = (): Option =>
  new Option('--color <when>', 'colours for people on stderr: auto, always or never')
    .choices(['auto', 'always', 'never'])
    .default('auto')
    .env('PARALLELRUN_COLOR');

/** What a command is about: `prl data show NAME` or `--name NAME`. @throws RequestError when neither is given, or two different ones. */
export function givenName(argument: string | undefined, options: { readonly name?: string }): string {
  return oneOf('The name', '--name', argument, options.name);
}

/** The file that a command is about: `FILE` or `--file FILE`. @throws RequestError */
export function givenFile(argument: string | undefined, options: { readonly file?: string }): string {
  return oneOf('The file', '--file', argument, options.file);
}

function oneOf(what: string, flag: string, argument: string | undefined, option: string | undefined): string {
  const given = givenOrNot(what, flag, argument, option);
  if (given === undefined) throw new RequestError({ code: 'missing-argument', message: `${what} is missing: give it with ${flag}.` });
  return given;
}

/** An argument that can be an option too, and left out. @throws RequestError when both are given, and differ */
export function givenOrNot(what: string, flag: string, argument: string | undefined, option: string | undefined): string | undefined {
  const given = option ?? argument;
  if (given !== undefined && argument !== undefined && argument !== given) {
    throw new RequestError({ code: 'two-arguments', message: `${what} is given twice: ${argument}, and ${flag} ${given}.` });
  }
  return given;
}
