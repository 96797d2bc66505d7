/** What a parallel step must be, besides its configuration. */
import { statSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { argumentsOf } from '../../../language/arguments/parse.ts';
import { engineSettings } from '../../../language/arguments/predefined.ts';
import { literalText } from '../../../language/expressions.ts';
import type { ParallelRunSettings } from '../config/parallel-run-options.ts';
import { type Argument, asInput, type StepInput } from '../data/inputs.ts';
import { PipelineData } from '../data/pipeline-data.ts';
import { isLiteral, PipelineParameter } from '../data/pipeline-parameter.ts';
import { invalid, shown } from '../invalid.ts';

const RESERVED = [
  'mini_batch_size',
  'error_threshold',
  'allowed_failed_count',
  'allowed_failed_percent',
  'output',
  'output_action',
  'logging_level',
  'process_count_per_node',
  'run_invocation_timeout',
  'run_max_try',
  'append_row_file_name',
  'partition_keys',
];

export function checkStepName(name: unknown): void {
  if (typeof name === 'string' && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) && name.length >= 3 && name.length <= 32) return;
  throw invalid(
    'name',
    `The step name ${shown(name)} is not allowed: expected 3 to 32 lower-case letters, digits and dashes, beginning with a letter and not ending with a dash.`,
  );
}

/** @throws RequestError when they do not begin with an option, or use one of the step's own. */
export function checkArguments(args: readonly Argument[]): void {
  const [first] = args;
  if (first !== undefined && !(typeof first === 'string' && first.startsWith('-'))) {
    throw invalid('arguments', `The arguments must begin with an option (--name), found ${shown(first)}.`);
  }
  for (const argument of args) {
    const name = typeof argument === 'string' ? /^--([^=]*)/.exec(argument)?.[1] : undefined;
    if (name !== undefined && RESERVED.includes(name)) {
      throw invalid(
        'arguments',
        `--${name} is the step's own argument and cannot be given.`,
        'Set it in the ParallelRunConfig, or use another name.',
      );
    }
  }
}

/** Each dataset is split by itself; all are files, or all are rows. @throws RequestError */
export function checkInputs(inputs: readonly StepInput[], args: readonly Argument[], { partitionKeys }: ParallelRunSettings): void {
  if (inputs.length === 0 && rankCount(args) === 0) {
    throw invalid(
      'inputs',
      'A parallel step needs at least one input to split.',
      'For work without data give --rank_mini_batch_count N among the arguments.',
    );
  }
  for (const input of inputs) {
    if (input instanceof PipelineData)
      throw invalid('inputs', `${input.name} is a PipelineData, which cannot be split.`, 'Give it as a dataset: asDataset().');
  }
  const read = inputs.map(asInput);
  const forms = new Set(read.map((input) => input.form));
  if (forms.size > 1) {
    throw invalid(
      'inputs',
      `All inputs of a parallel step must be of one type; found ${read.map((input) => `${input.name} (${input.form})`).join(', ')}.`,
    );
  }
  for (const input of read) {
    if (partitionKeys !== undefined && input.form === 'file' && input.mode !== 'direct') {
      throw invalid(
        'inputs',
        `The input ${input.name} is split by partition keys and must be read directly, not by ${input.mode}.`,
        'Leave asMount() and asDownload() out.',
      );
    }
  }
}

function rankCount(args: readonly Argument[]): number {
  const words = args.flatMap((argument) => {
    if (isLiteral(argument)) return [literalText(argument)];
    return argument instanceof PipelineParameter && isLiteral(argument.defaultValue) ? [literalText(argument.defaultValue)] : [''];
  });
  return engineSettings(argumentsOf(words).arguments, () => 'unknown').predefined.rankMiniBatchCount;
}

/** Where the code is and the script in it. @throws RequestError when one of them is not there. */
export function findScript(sourceDirectory: string | undefined, script: string): { readonly directory: string; readonly script: string } {
  const directory = resolve(sourceDirectory ?? dirname(script));
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) throw invalid('sourceDirectory', `There is nothing at ${directory}.`);
  if (!found.isDirectory()) throw invalid('sourceDirectory', `${directory} is no folder.`);
  const file = sourceDirectory === undefined ? resolve(script) : resolve(directory, script);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw invalid('entryScript', `There is no script at ${file}.`);
  if (sourceDirectory === undefined) return { directory, script: basename(script) };
  return { directory, script: isAbsolute(script) ? relative(directory, file) : script };
}
