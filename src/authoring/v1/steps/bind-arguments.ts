/**
 * Which input or output an argument stands for. A step may read one output several times (as files, as rows, under two names):
 * each use is an input of its own, and an argument stands for the use that it says, not for the output behind it.
 */
import { isDeepStrictEqual } from 'node:util';
import { DatasetConsumptionConfig } from '../data/consumption.ts';
import type { TableView } from '../data/descriptions.ts';
import { InputSource } from '../data/input-source.ts';
import { type Argument, asInput, asOutput, readOutput, type StepInput, type StepOutput } from '../data/inputs.ts';
import { OutputData } from '../data/output-data.ts';
import { OutputDataset } from '../data/output-dataset.ts';
import { OutputTabularDatasetConfig } from '../data/output-file-dataset-config.ts';
import { PipelineData } from '../data/pipeline-data.ts';
import { isLiteral, PipelineParameter } from '../data/pipeline-parameter.ts';
import { InputPortBinding } from '../graph/port-bindings.ts';
import type { Word } from '../graph/step-description.ts';
import { invalid, shown } from '../invalid.ts';

/** What a step reads and writes, as given. */
export interface GivenPorts {
  /** What it reads. */
  readonly inputs: readonly StepInput[];
  /** What it writes. */
  readonly outputs: readonly StepOutput[];
  /** Of its command line. */
  readonly arguments: readonly Argument[];
}

/** Something that the step reads, as it was given and as it is read. */
export interface Use {
  readonly given: StepInput;
  readonly input: DatasetConsumptionConfig;
}

export type Bound = Exclude<Word, { readonly kind: 'input' }> | { readonly kind: 'input'; readonly use: Use };

export interface BoundArguments {
  /** Also what is read only because it stands among the arguments. */
  readonly uses: readonly Use[];
  readonly outputs: readonly StepOutput[];
  readonly bound: readonly Bound[];
}

/** @throws RequestError for an argument that is no value and neither read nor written, or that could be one of two inputs. */
export function bindArguments({ inputs, outputs: given, arguments: args }: GivenPorts): BoundArguments {
  const uses: Use[] = [...new Set(inputs)].map((input) => ({ given: input, input: asInput(input) }));
  const outputs: StepOutput[] = [...given];

  const read = (use: Use): Bound => {
    if (!uses.includes(use)) uses.push(use);
    return { kind: 'input', use };
  };
  const write = (output: StepOutput): Bound => {
    if (!outputs.includes(output)) outputs.push(output);
    return { kind: 'output', output: asOutput(output) };
  };
  const writtenAs = (argument: OutputData | OutputDataset): StepOutput | undefined =>
    outputs.find((output) => asOutput(output).origin === asOutput(argument).origin);

  /** The data of a dataset is read, unless the step writes it. */
  const bindDataset = (argument: StepInput): Bound => {
    const written = argument instanceof OutputDataset ? writtenAs(argument) : undefined;
    if (written !== undefined) return write(written);
    const input = asInput(argument);
    return read(uses.find((use) => isSame(use.input, input)) ?? { given: argument, input });
  };

  /** An output by itself is read where it is among the inputs; else the step writes it. */
  const bindOutput = (argument: OutputData | OutputTabularDatasetConfig): Bound => {
    const { origin, name } = asOutput(argument);
    const reading = uses.filter((use) => readOutput(use.input)?.origin === origin);
    const itself = reading.find((use) => use.given instanceof OutputData || use.given instanceof OutputTabularDatasetConfig);
    if (itself !== undefined && isDeepStrictEqual(tableOf(itself.input), ownTable(argument))) return read(itself);
    const written = writtenAs(argument);
    if (written !== undefined) return write(written);
    const alike = reading.filter((use) => isDeepStrictEqual(tableOf(use.input), ownTable(argument)));
    const [only, second] = alike;
    if (only !== undefined && second === undefined) return read(only);
    if (reading.length > 0) throw unclear(name, reading, alike.length > 1);
    if (argument instanceof PipelineData) {
      throw invalid('arguments', `${name} stands among the arguments and neither among the inputs nor among the outputs.`);
    }
    return write(argument);
  };

  const bind = (argument: Argument): Bound => {
    if (isLiteral(argument) || argument instanceof PipelineParameter) return { kind: 'value', value: argument };
    const written = outputs.find((output) => output === argument);
    if (written !== undefined) return write(written);
    const use = uses.find(({ given }) => given === argument || (given instanceof InputPortBinding && given.bindObject === argument));
    if (use !== undefined) return read(use);
    if (argument instanceof OutputData || argument instanceof OutputTabularDatasetConfig) return bindOutput(argument);
    if (argument instanceof DatasetConsumptionConfig || argument instanceof InputSource) return bindDataset(argument);
    throw invalid(
      'arguments',
      `An argument must be text, a number, a boolean, a pipeline parameter, an input or an output; found ${shown(argument)}.`,
      'A dataset is named first: asNamedInput(name).',
    );
  };
  return { bound: args.map(bind), uses, outputs };
}

/** Whether two stand for the same: `data.asInput('x')` gives a new object each time. */
function isSame(one: DatasetConsumptionConfig, other: DatasetConsumptionConfig): boolean {
  if (one === other) return true;
  const output = readOutput(one);
  const reads =
    one.dataset === other.dataset ||
    (output !== undefined && output.origin === readOutput(other)?.origin && isDeepStrictEqual(tableOf(one), tableOf(other)));
  const isNamedAlike = one.isNamed === other.isNamed && (!one.isNamed || one.name === other.name);
  return isNamedAlike && one.mode === other.mode && reads;
}

function tableOf({ dataset }: DatasetConsumptionConfig): TableView | undefined {
  return 'kind' in dataset && dataset.kind === 'written' ? dataset.table : undefined;
}

function ownTable(argument: OutputData | OutputDataset): TableView | undefined {
  return argument instanceof OutputDataset ? argument.table : undefined;
}

function unclear(name: string, reading: readonly Use[], isAmbiguous: boolean): Error {
  const names = reading.map(({ input }) => input.name).join(' and ');
  return isAmbiguous
    ? invalid(
        'arguments',
        `${name} stands among the arguments and is read as ${names}.`,
        'Give the one that is meant as it stands among the inputs.',
      )
    : invalid(
        'arguments',
        `${name} stands among the arguments, and the step reads only the rows of it, as ${names}.`,
        'Give it among the inputs too.',
      );
}
