import type { Step } from '../../language/types.ts';
import type { Compilation } from './compile/compilation.ts';
import type { DatasetConsumptionConfig } from './consumption.ts';
import type { Datastore } from './datastore.ts';
import type { Graph } from './graph.ts';
import { type Argument, asInput, asOutput, readOutput, type StepInput, type StepOutput } from './inputs.ts';
import { invalid, shown } from './invalid.ts';
import type { ModuleDef, ModuleDefOptions } from './module-def.ts';
import type { ModuleNode } from './module-node.ts';
import { OutputData, producerOf, setProducer } from './output-data.ts';
import { OutputDataset } from './output-dataset.ts';
import { PipelineData } from './pipeline-data.ts';
import { PipelineParameter } from './pipeline-parameter.ts';

export interface StepParts {
  readonly name: string;
  readonly inputs: readonly StepInput[];
  readonly outputs: readonly StepOutput[];
  readonly arguments: readonly Argument[];
  readonly allowReuse?: boolean | undefined;
  readonly version?: string | undefined;
}

/** A step of a pipeline. */
export abstract class PipelineStep {
  readonly name: string;
  /** Take the outputs of a finished step with the same settings, code and data instead of running. Default: true. */
  readonly allowReuse: boolean;
  readonly version: string | undefined;
  readonly inputs: readonly DatasetConsumptionConfig[];
  readonly outputs: readonly StepOutput[];
  readonly arguments: readonly Argument[];
  readonly #after = new Set<PipelineStep>();

  constructor(parts: StepParts) {
    if (typeof parts.name !== 'string' || parts.name === '') throw invalid('name', `A step needs a name, found ${shown(parts.name)}.`);
    this.name = parts.name;
    this.allowReuse = parts.allowReuse ?? true;
    this.version = parts.version;
    this.arguments = parts.arguments;
    this.inputs = withArguments(parts);
    this.outputs = allOutputs(parts);
    checkNames(this.name, this.inputs, this.outputs.map(asOutput));
    for (const output of this.outputs) setProducer(asOutput(output), this);
  }

  /** The step waits for another one though it reads nothing of it. */
  runAfter(step: PipelineStep): void {
    this.#after.add(step);
  }

  /** The steps that must have completed before: those it was told, and those whose outputs it reads. */
  get precedents(): readonly PipelineStep[] {
    const producers = this.inputs.flatMap((input) => {
      const output = readOutput(input);
      return output === undefined ? [] : (producerOf(output) ?? []);
    });
    return [...new Set([...this.#after, ...producers])];
  }

  get runsAfter(): ReadonlySet<PipelineStep> {
    return this.#after;
  }

  /** Pipeline parameters that the step uses, besides those among its inputs and arguments. */
  abstract settingParameters(): readonly PipelineParameter[];

  /** No other step of a pipeline may have its name. */
  get hasUniqueName(): boolean {
    return false;
  }

  /** Every pipeline parameter that the step uses. */
  get parameters(): readonly PipelineParameter[] {
    const inputs = this.inputs.map((input) => input.dataset);
    return [...inputs, ...this.arguments, ...this.settingParameters()].filter((each) => each instanceof PipelineParameter);
  }

  /** The step in the job language, with the values that a submission gives its parameters. */
  abstract toSpec(compilation: Compilation): Step;

  /** What the step is, as a module of a graph. For graphs that are built by hand. */
  abstract createModuleDef(options?: ModuleDefOptions): ModuleDef;

  /** Adds the step to a graph. For graphs that are built by hand; a Pipeline does it for its steps. */
  createNode(graph: Graph, _defaultDatastore?: Datastore, _context?: unknown): ModuleNode {
    return graph.addStep(this);
  }
}

/** Datasets that stand only among the arguments are inputs too. */
function withArguments({ inputs, arguments: args }: StepParts): readonly DatasetConsumptionConfig[] {
  const found = new Map<StepInput, DatasetConsumptionConfig>(inputs.map((input) => [input, asInput(input)]));
  for (const argument of args) {
    const isInput = typeof argument === 'object' && 'dataset' in argument;
    if (isInput && ![...found.values()].some((input) => isSame(input, argument))) found.set(argument, argument);
  }
  return [...found.values()];
}

/** Whether two stand for the same: `data.asInput('x')` gives a new object each time. */
function isSame(one: DatasetConsumptionConfig, other: DatasetConsumptionConfig): boolean {
  if (one === other) return true;
  const output = readOutput(one);
  const reads = one.dataset === other.dataset || (output !== undefined && output.origin === readOutput(other)?.origin);
  return one.name === other.name && one.mode === other.mode && reads;
}

/** An OutputFileDatasetConfig that stands only among the arguments is an output too; a PipelineData must be among the inputs or outputs. */
function allOutputs({ inputs, outputs, arguments: args }: StepParts): readonly StepOutput[] {
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

function checkNames(step: string, inputs: readonly DatasetConsumptionConfig[], outputs: readonly OutputData[]): void {
  const seen = new Set<string>();
  for (const { name } of [...inputs, ...outputs]) {
    if (seen.has(name))
      throw invalid(
        'inputs',
        `Two inputs or outputs of the step ${step} are called ${name}.`,
        'Give one another name: asNamedInput(name).',
      );
    seen.add(name);
  }
}
