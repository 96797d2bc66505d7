/** What one step reads and writes, in the job language. */
import type { InputPort, InputValue, Literal, OutputPort, OutputValue } from '../../../language/types.ts';
import { type DatasetConsumptionConfig, INPUT_MODE } from '../consumption.ts';
import type { FileDataset } from '../file-dataset.ts';
import { type Argument, asOutput, readOutput, type StepOutput } from '../inputs.ts';
import { invalid } from '../invalid.ts';
import type { OutputData } from '../output-data.ts';
import { OutputDataset } from '../output-dataset.ts';
import { isLiteral, type Parameterized, PipelineParameter } from '../pipeline-parameter.ts';
import type { PipelineStep } from '../pipeline-step.ts';
import { TabularDataset } from '../tabular-dataset.ts';
import type { Compilation } from './compilation.ts';
import { word } from './words.ts';

export class StepBindings {
  readonly step: PipelineStep;
  readonly inputPorts: Record<string, InputPort> = {};
  readonly inputs: Record<string, InputValue> = {};
  readonly outputPorts: Record<string, OutputPort> = {};
  readonly outputs: Record<string, OutputValue> = {};
  /** Of inputs that are folders of files. */
  readonly partitionFormats: Record<string, string> = {};
  readonly #compilation: Compilation;

  /** `split`: the inputs that are cut into mini-batches. */
  constructor(step: PipelineStep, compilation: Compilation, split: readonly DatasetConsumptionConfig[] = []) {
    this.step = step;
    this.#compilation = compilation;
    for (const input of step.inputs) this.#bindInput(input, split.includes(input));
    for (const output of step.outputs) this.#bindOutput(output);
  }

  /** What stands for a value in this submission. */
  literal<T extends Literal>(value: Parameterized<T>): Literal {
    return this.#compilation.parameters.literal(value);
  }

  /** The arguments as words of a command line. */
  words(args: readonly Argument[]): readonly string[] {
    return args.map((argument) => this.#word(argument));
  }

  #word(argument: Argument): string {
    if (isLiteral(argument) || argument instanceof PipelineParameter) return word(this.#compilation.parameters.literal(argument));
    if ('dataset' in argument) return `\${{inputs.${argument.name}}}`;
    const { origin, name } = asOutput(argument);
    const written = this.step.outputs.map(asOutput).find((output) => output.origin === origin);
    if (written !== undefined) return `\${{outputs.${written.name}}}`;
    const read = this.step.inputs.find((input) => readOutput(input)?.origin === origin);
    if (read !== undefined) return `\${{inputs.${read.name}}}`;
    throw invalid('arguments', `${name} is neither an input nor an output of the step ${this.step.name}.`);
  }

  #bindInput(input: DatasetConsumptionConfig, split: boolean): void {
    const dataset = input.dataset instanceof PipelineParameter ? this.#compilation.parameters.dataset(input.dataset) : input.dataset;
    const value = dataset instanceof OutputDataset ? this.#compilation.outputValue(dataset) : this.#dataValue(input.name, dataset, split);
    const mode = INPUT_MODE[input.mode];
    this.inputs[input.name] = { ...value, mode };
    this.inputPorts[input.name] = { type: value.kind === 'data' ? value.type : 'uri_folder', optional: false, mode };
    if (dataset instanceof OutputDataset && dataset.table !== undefined)
      this.inputPorts[input.name] = { type: 'mltable', optional: false, mode };
  }

  #dataValue(name: string, dataset: FileDataset | TabularDataset, split: boolean): Extract<InputValue, { kind: 'data' }> {
    if (dataset instanceof TabularDataset) return { kind: 'data', type: 'mltable', path: this.#compilation.tablePath(dataset.table) };
    const { folder, file } = dataset;
    if (folder !== undefined) {
      if (dataset.partitionFormat !== undefined) this.partitionFormats[name] = dataset.partitionFormat;
      return { kind: 'data', type: 'uri_folder', path: folder };
    }
    // A single file would be split by its rows.
    if (file !== undefined && !split) return { kind: 'data', type: 'uri_file', path: file };
    if (!split) return { kind: 'data', type: 'uri_folder', path: this.#compilation.linkedFolder(dataset) };
    return { kind: 'data', type: 'mltable', path: this.#compilation.tablePath(dataset.table()) };
  }

  #bindOutput(given: StepOutput): void {
    const output = asOutput(given);
    const registration = (given instanceof OutputDataset ? given.options.registration : undefined) ?? output.registration;
    this.outputPorts[output.name] = { type: 'uri_folder', mode: output.mode };
    const name = output.pipelineOutputName;
    this.outputs[output.name] = {
      ...destination(output),
      ...(name === undefined ? {} : { binding: this.#compilation.pipelineOutput(name, output) }),
      ...(registration === undefined ? {} : { name: registration.name }),
      ...(registration?.description === undefined ? {} : { description: registration.description }),
    };
  }
}

function destination({ datastore, pathOnDatastore, name }: OutputData): Pick<OutputValue, 'path'> {
  if (datastore === undefined) return {};
  const inside = (pathOnDatastore ?? 'azureml/{run-id}/{output-name}')
    .replaceAll('{run-id}', '${{name}}')
    .replaceAll('{output-name}', name);
  return { path: `azureml://datastores/${datastore.name}/paths/${inside.replace(/^\/+/, '')}` };
}
