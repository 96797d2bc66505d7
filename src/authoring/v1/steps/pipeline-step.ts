import type { DatasetConsumptionConfig } from '../data/consumption.ts';
import type { Datastore } from '../data/datastore.ts';
import { type Argument, asOutput, readOutput, type StepInput, type StepOutput } from '../data/inputs.ts';
import { PipelineParameter } from '../data/pipeline-parameter.ts';
import type { Graph } from '../graph/graph.ts';
import type { ModuleDef, ModuleDefArguments } from '../graph/module-def.ts';
import type { ModuleNode } from '../graph/module-node.ts';
import { type StepDescription, type StepWork, type Word, workParameters } from '../graph/step-description.ts';
import { invalid, shown } from '../invalid.ts';
import type { GivenPorts } from './bind-arguments.ts';
import { stepPorts } from './step-ports.ts';

/** What the classes of steps make a step from. */
export interface StepParts extends GivenPorts {
  /** As the user named it. */
  readonly name: string;
  /** Those of the inputs that are cut into mini-batches. */
  readonly split?: readonly StepInput[] | undefined;
  /** Default: true. */
  readonly allowReuse?: boolean | undefined;
  /** A step of another version is another step. */
  readonly version?: string | undefined;
  /** What it does. */
  readonly work: StepWork;
}

/** What a pipeline says to its steps. */
export interface StepContext {
  /** Where the scripts of steps are that say no folder themselves. */
  readonly defaultSourceDirectory?: string | undefined;
}

/** Which step writes an output: of several that were made with it, the last. */
const producers = new WeakMap<object, PipelineStep>();

/** A step of a pipeline. Source: azureml.pipeline.core.PipelineStep. */
export abstract class PipelineStep implements StepDescription {
  /** For people, and for `findStepRun`. */
  readonly name: string;
  /** Take the outputs of a finished step with the same settings, code and data instead of running. Default: true. */
  readonly allowReuse: boolean;
  /** A step of another version is another step: its results are not taken. */
  readonly version: string | undefined;
  /** What it reads: as given, and what stands only among its arguments. */
  readonly inputs: readonly DatasetConsumptionConfig[];
  /** What it writes: as given, and what stands only among its arguments. */
  readonly outputs: readonly StepOutput[];
  /** As given. */
  readonly arguments: readonly Argument[];
  /** The arguments, each bound to what it stands for. */
  readonly words: readonly Word[];
  /** Names of the inputs that are cut into mini-batches. */
  readonly split: readonly string[];
  /** What it does. */
  readonly work: StepWork;
  readonly #after = new Set<PipelineStep>();

  /** Made by the classes of steps. */
  constructor(parts: StepParts) {
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
    for (const output of this.outputs) producers.set(asOutput(output).origin, this);
  }

  /** The step waits for another one though it reads nothing of it. @throws RequestError for what is no step. */
  runAfter(step: PipelineStep): void {
    if (!(step instanceof PipelineStep)) throw invalid('step', `runAfter takes a step, found ${shown(step)}.`);
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

  /** The steps that it waits for though it reads nothing of them. */
  get runsAfter(): ReadonlySet<PipelineStep> {
    return this.#after;
  }

  /** Every pipeline parameter that the step uses. */
  get parameters(): readonly PipelineParameter[] {
    const given = [...this.inputs.map((input) => input.dataset), ...this.arguments].filter((each) => each instanceof PipelineParameter);
    return [...given, ...workParameters(this.work)];
  }

  /** What the step is, as a module of a graph. For graphs that are built by hand. @throws RequestError for a wrong option. */
  abstract createModuleDef(...given: ModuleDefArguments): ModuleDef;

  /** Values of parameters of its node that are not their defaults, by name. */
  get nodeValues(): Readonly<Record<string, unknown>> {
    return {};
  }

  /**
   * Adds the step to a graph. For graphs that are built by hand; a Pipeline does it for its steps.
   * @throws RequestError when another step, made later, writes an output of this one.
   */
  createNode(graph: Graph, _defaultDatastore?: Datastore, context: StepContext = {}): ModuleNode {
    for (const output of this.outputs) {
      const writer = producers.get(asOutput(output).origin);
      if (writer === this || writer === undefined) continue;
      throw invalid(
        'outputs',
        `The output ${asOutput(output).name} is written by two steps, ${this.name} and ${writer.name}; the one made last has it.`,
        'Give each step an output of its own, or leave the other step out.',
      );
    }
    return graph.addStep(this, this.workIn(context));
  }

  /** What the step does in a pipeline. @throws RequestError when its script is not there. */
  protected workIn(_context: StepContext): StepWork {
    return this.work;
  }
}
