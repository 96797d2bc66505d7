/** What a step reads and writes: what was given, what stands only among the arguments, and names for what has none. */
import { DatasetConsumptionConfig } from '../data/consumption.ts';
import { type Argument, asInput, asOutput, readOutput, type StepInput, type StepOutput } from '../data/inputs.ts';
import { OutputData } from '../data/output-data.ts';
import { OutputDataset } from '../data/output-dataset.ts';
import { PipelineData } from '../data/pipeline-data.ts';
import { invalid } from '../invalid.ts';

export interface GivenPorts {
  readonly inputs: readonly StepInput[];
  readonly outputs: readonly StepOutput[];
  readonly arguments: readonly Argument[];
  /** Those of the inputs that are cut into mini-batches. */
  readonly split?: readonly StepInput[] | undefined;
}

export interface StepPorts {
  readonly inputs: readonly DatasetConsumptionConfig[];
  readonly outputs: readonly StepOutput[];
  readonly arguments: readonly Argument[];
  /** By name. */
  readonly split: readonly string[];
}

/**
 * Outputs without a name are called `output_1`, `output_2` … in the order of the step's inputs and outputs, wherever else they are
 * read or written. @throws RequestError for two of one name, and for an argument that is neither read nor written.
 */
export function stepPorts(step: string, given: GivenPorts): StepPorts {
  const read = withArguments(given);
  const outputs = allOutputs(given);
  const origins = outputs.map((output) => asOutput(output).origin);
  const named = [...read, ...origins].filter(({ isNamed }) => isNamed).map(({ name }) => name);
  checkNames(step, named);
  const next = freeNames(named);
  const inputs = read.map((input) => (input.isNamed ? input : new DatasetConsumptionConfig(next(), input.dataset, { mode: input.mode })));
  for (const origin of origins) if (!origin.isNamed) origin.name = next();
  const resolved = (input: DatasetConsumptionConfig): DatasetConsumptionConfig =>
    inputs[read.findIndex((each) => isSame(each, input))] ?? input;
  return {
    inputs,
    outputs,
    arguments: given.arguments.map((argument) => (argument instanceof DatasetConsumptionConfig ? resolved(argument) : argument)),
    split: (given.split ?? []).map((input) => resolved(asInput(input)).name),
  };
}

/** Datasets that stand only among the arguments are inputs too. */
function withArguments({ inputs, arguments: args }: GivenPorts): readonly DatasetConsumptionConfig[] {
  const found = new Map<StepInput, DatasetConsumptionConfig>(inputs.map((input) => [input, asInput(input)]));
  for (const argument of args) {
    const isInput = argument instanceof DatasetConsumptionConfig;
    if (isInput && ![...found.values()].some((input) => isSame(input, argument))) found.set(argument, argument);
  }
  return [...found.values()];
}

/** Whether two stand for the same: `data.asInput('x')` gives a new object each time. */
function isSame(one: DatasetConsumptionConfig, other: DatasetConsumptionConfig): boolean {
  if (one === other) return true;
  const output = readOutput(one);
  const reads = one.dataset === other.dataset || (output !== undefined && output.origin === readOutput(other)?.origin);
  const isNamedAlike = one.isNamed === other.isNamed && (!one.isNamed || one.name === other.name);
  return isNamedAlike && one.mode === other.mode && reads;
}

/** An OutputFileDatasetConfig that stands only among the arguments is an output too; a PipelineData must be among the inputs or outputs. */
function allOutputs({ inputs, outputs, arguments: args }: GivenPorts): readonly StepOutput[] {
  const found = [...outputs];
  const reads = new Set(inputs.map((input) => readOutput(asInput(input))?.origin));
  for (const argument of args) {
    if (!(argument instanceof OutputData || argument instanceof OutputDataset)) continue;
    const { origin, name } = asOutput(argument);
    if (reads.has(origin) || found.some((output) => asOutput(output).origin === origin)) continue;
    if (argument instanceof PipelineData) {
      throw invalid('arguments', `${name} stands among the arguments and neither among the inputs nor among the outputs.`);
    }
    found.push(argument);
  }
  return found;
}

function freeNames(taken: readonly string[]): () => string {
  let number = 0;
  return () => {
    do number += 1;
    while (taken.includes(`output_${number}`));
    return `output_${number}`;
  };
}

function checkNames(step: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw invalid('inputs', `Two inputs or outputs of the step ${step} are called ${twice}.`, 'Give one another name: asNamedInput(name).');
}
