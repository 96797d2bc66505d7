/** What a step reads and writes: what was given, what stands only among the arguments, and names for what has none. */
import { DatasetConsumptionConfig } from '../data/consumption.ts';
import { asInput, asOutput, type StepInput, type StepOutput } from '../data/inputs.ts';
import type { Word } from '../graph/step-description.ts';
import { invalid } from '../invalid.ts';
import { type Bound, bindArguments, type GivenPorts } from './bind-arguments.ts';

export interface StepPorts {
  readonly inputs: readonly DatasetConsumptionConfig[];
  readonly outputs: readonly StepOutput[];
  /** The arguments, each bound to one input or output where it stands for one. */
  readonly words: readonly Word[];
  /** By name. */
  readonly split: readonly string[];
}

/**
 * Outputs without a name are called `output_1`, `output_2` … in the order of the step's inputs and outputs, wherever else they are
 * read or written. @throws RequestError for two of one name, and for an argument that is neither read nor written.
 */
export function stepPorts(step: string, given: GivenPorts & { readonly split?: readonly StepInput[] | undefined }): StepPorts {
  const { uses, outputs, bound } = bindArguments(given);
  const origins = outputs.map((output) => asOutput(output).origin);
  const named = [...uses.map(({ input }) => input), ...origins].filter(({ isNamed }) => isNamed).map(({ name }) => name);
  checkNames(step, named);
  const next = freeNames(named);
  const inputs = new Map(uses.map((use) => [use, withName(use.input, next)]));
  for (const origin of origins) if (!origin.isNamed) origin.name = next();
  const wordOf = (argument: Bound): Word =>
    argument.kind === 'input' ? { kind: 'input', name: inputs.get(argument.use)?.name ?? argument.use.input.name } : argument;
  const splitNames = (given.split ?? []).map((input) => {
    const use = uses.find((each) => each.given === input);
    return (use === undefined ? asInput(input) : (inputs.get(use) ?? use.input)).name;
  });
  return { inputs: [...inputs.values()], outputs, words: bound.map(wordOf), split: splitNames };
}

function withName(input: DatasetConsumptionConfig, next: () => string): DatasetConsumptionConfig {
  return input.isNamed ? input : new DatasetConsumptionConfig(next(), input.dataset, { mode: input.mode });
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
