import type { DatasetConsumptionConfig } from '../data/consumption.ts';
import type { Datastore } from '../data/datastore.ts';
import type { OutputDescription } from '../data/descriptions.ts';
import { type Argument, asOutput, readOutput, type StepInput, type StepOutput } from '../data/inputs.ts';
import { PipelineParameter } from '../data/pipeline-parameter.ts';
import type { Graph } from '../graph/graph.ts';
import type { ModuleDef, ModuleDefOptions } from '../graph/module-def.ts';
import type { ModuleNode } from '../graph/module-node.ts';
import { type StepDescription, type StepWork, type Word, workParameters } from '../graph/step-description.ts';
import { invalid, shown } from '../invalid.ts';
import type { GivenPorts } from './bind-arguments.ts';
import { stepPorts } from './step-ports.ts';

export interface StepParts extends GivenPorts {
  readonly name: string;
  /** Those of the inputs that are cut into mini-batches. */
  readonly split?: readonly StepInput[] | undefined;
  readonly allowReuse?: boolean | undefined;
  readonly version?: string | undefined;
  readonly work: StepWork;
}

/** Which step writes an output. */
const producers = new WeakMap<object, PipelineStep>();

/** A step of a pipeline. */
export abstract class PipelineStep implements StepDescription {
  readonly name: string;
  /** Take the outputs of a finished step with the same settings, code and data instead of running. Default: true. */
  readonly allowReuse: boolean;
  readonly version: string | undefined;
  readonly inputs: readonly DatasetConsumptionConfig[];
  readonly outputs: readonly StepOutput[];
  readonly arguments: readonly Argument[];
  readonly words: readonly Word[];
  readonly split: readonly string[];
  readonly work: StepWork;
  readonly #after = new Set<PipelineStep>();

  constructor(parts: StepParts) {
    if (typeof parts.name !== 'string' || parts.name === '') throw invalid('name', `A step needs a name, found ${shown(parts.name)}.`);
    this.name = parts.name;
    this.allowReuse = parts.allowReuse ?? true;
    this.version = parts.version;
    this.work = parts.work;
    const ports = stepPorts(parts.name, parts);
    this.inputs = ports.inputs;
    this.outputs = ports.outputs;
    this.arguments = parts.arguments;
    this.words = ports.words;
    this.split = ports.split;
    for (const output of this.outputs) setProducer(asOutput(output), this);
  }

  /** The step waits for another one though it reads nothing of it. */
  runAfter(step: PipelineStep): void {
    this.#after.add(step);
  }

  /** The steps that must have completed before: those it was told, and those whose outputs it reads. */
  get precedents(): readonly PipelineStep[] {
    const written = this.inputs.flatMap((input) => {
      const origin = readOutput(input)?.origin;
      return origin === undefined ? [] : (producers.get(origin) ?? []);
    });
    return [...new Set([...this.#after, ...written])];
  }

  get runsAfter(): ReadonlySet<PipelineStep> {
    return this.#after;
  }

  /** Every pipeline parameter that the step uses. */
  get parameters(): readonly PipelineParameter[] {
    const given = [...this.inputs.map((input) => input.dataset), ...this.arguments].filter((each) => each instanceof PipelineParameter);
    return [...given, ...workParameters(this.work)];
  }

  /** What the step is, as a module of a graph. For graphs that are built by hand. */
  abstract createModuleDef(options?: ModuleDefOptions): ModuleDef;

  get nodeValues(): Readonly<Record<string, unknown>> {
    return {};
  }

  /** Adds the step to a graph. For graphs that are built by hand; a Pipeline does it for its steps. */
  createNode(graph: Graph, _defaultDatastore?: Datastore, _context?: unknown): ModuleNode {
    return graph.addStep(this);
  }
}

/** @throws RequestError when another step writes it already. */
function setProducer(output: OutputDescription, step: PipelineStep): void {
  const other = producers.get(output.origin);
  if (other !== undefined && other !== step) {
    throw invalid(
      'outputs',
      `The output ${output.name} is written by two steps, ${other.name} and ${step.name}.`,
      'Give each step an output of its own.',
    );
  }
  producers.set(output.origin, step);
}
