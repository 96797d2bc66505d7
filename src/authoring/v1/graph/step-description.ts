/** Steps as plain data: all that graphs and the compiler need to know of the classes here. */
import type { Literal } from '../../../language/types.ts';
import type { ComputeTarget } from '../config/compute-target.ts';
import type { ParallelRunSettings } from '../config/parallel-run-options.ts';
import type { RunConfiguration } from '../config/run-configuration.ts';
import type { RunconfigParameters } from '../config/runconfig-parameters.ts';
import type { DatasetConsumptionConfig } from '../data/consumption.ts';
import type { OutputDescription } from '../data/descriptions.ts';
import type { Argument, StepOutput } from '../data/inputs.ts';
import { type Parameterized, PipelineParameter } from '../data/pipeline-parameter.ts';
import type { ModuleDef, ModuleDefArguments } from './module-def.ts';

/** A step as plain data. */
export interface StepDescription {
  /** As the user named it. */
  readonly name: string;
  /** A step of another version is another step. */
  readonly version: string | undefined;
  /** Finished outputs may be taken. */
  readonly allowReuse: boolean;
  /** What it reads. */
  readonly inputs: readonly DatasetConsumptionConfig[];
  /** What it writes. */
  readonly outputs: readonly StepOutput[];
  /** As given. */
  readonly arguments: readonly Argument[];
  /** The arguments, each bound to what it stands for. */
  readonly words: readonly Word[];
  /** Names of the inputs that are cut into mini-batches. */
  readonly split: readonly string[];
  /** What it does. */
  readonly work: StepWork;
  /** Every pipeline parameter that the step uses. */
  readonly parameters: readonly PipelineParameter[];
  /** The steps that must have completed before. */
  readonly precedents: readonly StepDescription[];
  /** Those of them whose outputs need not be read. */
  readonly runsAfter: ReadonlySet<StepDescription>;
  /** Waits for another one though it reads nothing of it. */
  runAfter(step: StepDescription): void;
  /** What it is, as a module of a graph. */
  createModuleDef(...given: ModuleDefArguments): ModuleDef;
  /** Values of parameters of its node that are not their defaults, by name. */
  readonly nodeValues: Readonly<Record<string, unknown>>;
}

/** An argument: a value, or what stands for the path of an input or an output of the step. */
export type Word =
  | { readonly kind: 'value'; readonly value: Literal | PipelineParameter }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'output'; readonly output: OutputDescription };

/** What a step does. */
export type StepWork = ParallelWork | CommandWork;

/** A script's `run(mini_batch)` over all mini-batches. */
export interface ParallelWork {
  /** What tells it from a command. */
  readonly kind: 'parallel';
  /** How it is processed. */
  readonly settings: ParallelRunSettings;
  /** The folder with the script, absolute. */
  readonly directory: string;
  /** In that folder. */
  readonly script: string;
}

/** The classes of steps that run a script or a command. */
export type CommandStepType = 'CommandStep' | 'EstimatorStep' | 'PythonScriptStep';

/** A bash command. */
export interface CommandWork {
  /** What tells it from parallel work. */
  readonly kind: 'command';
  /** The class that a user made the step with. */
  readonly stepType: CommandStepType;
  /** For bash; the step's arguments are put behind it, each as one word. */
  readonly command: string;
  /** Where the command runs (in a copy), absolute. */
  readonly directory: string;
  /** What it runs on and in. */
  readonly runconfig: RunConfiguration;
  /** Where it runs. */
  readonly computeTarget: ComputeTarget | undefined;
  /** Environment variables by name. */
  readonly params: CommandParams;
  /** Pipeline parameters of the run configuration. */
  readonly runconfigParameters: RunconfigParameters;
}

/** Become environment variables `AML_PARAMETER_<name>`. */
export type CommandParams = Readonly<Record<string, Parameterized<string> | Parameterized<number> | Parameterized<boolean>>>;

/** Pipeline parameters that the work itself uses. */
export function workParameters(work: StepWork): readonly PipelineParameter[] {
  return workValues(work).filter((value) => value instanceof PipelineParameter);
}

function workValues(work: StepWork): readonly unknown[] {
  if (work.kind === 'command') return [...Object.values(work.params), ...Object.values(work.runconfigParameters)];
  const { nodeCount, processCountPerNode, miniBatchSize, partitionKeys, loggingLevel, runInvocationTimeout, runMaxTry } = work.settings;
  return [nodeCount, processCountPerNode, miniBatchSize, partitionKeys, loggingLevel, runInvocationTimeout, runMaxTry];
}

/** The class that a user made the step with. */
export function classOf(work: StepWork): CommandStepType | 'ParallelRunStep' {
  return work.kind === 'parallel' ? 'ParallelRunStep' : work.stepType;
}
