/** What steps take: inputs, outputs and arguments. */

import { invalid, shown } from '../invalid.ts';
import { DatasetConsumptionConfig } from './consumption.ts';
import type { OutputDescription } from './descriptions.ts';
import { InputSource } from './input-source.ts';
import { OutputData } from './output-data.ts';
import { OutputDataset } from './output-dataset.ts';
import type { PipelineParameter } from './pipeline-parameter.ts';

/** What a step can read. */
export type StepInput = DatasetConsumptionConfig | InputSource;

/** What a step can write: also as a dataset with the name that it is registered under. */
export type StepOutput = OutputData | OutputDataset;

/** A word of a command line, or what becomes one: a parameter's value, the path of an input or an output. */
export type Argument = string | number | boolean | PipelineParameter | StepInput | StepOutput;

/** @throws RequestError for anything that a step cannot read. */
export function asInput(input: StepInput): DatasetConsumptionConfig {
  if (input instanceof DatasetConsumptionConfig) return input;
  if (input instanceof InputSource) return input.toInput();
  throw invalid(
    'inputs',
    `An input must be a named dataset or the output of a step, found ${shown(input)}.`,
    'Name a dataset with asNamedInput(name).',
  );
}

/** The output itself, with the registration that its dataset says. @throws RequestError for anything that a step cannot write. */
export function asOutput(output: StepOutput): OutputData {
  if (output instanceof OutputData) return output;
  if (output instanceof OutputDataset) return output.output;
  throw invalid('outputs', `An output must be a PipelineData or an OutputFileDatasetConfig, found ${shown(output)}.`);
}

/** The output of a step that the input reads, if any. */
export function readOutput({ dataset }: DatasetConsumptionConfig): OutputDescription | undefined {
  return 'kind' in dataset && dataset.kind === 'written' ? dataset.output : undefined;
}
