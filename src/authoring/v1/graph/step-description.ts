/** Steps as plain data: all that graphs and the compiler need to know of the classes here. */
import type { ComputeTarget } from '../config/compute-target.ts';
import type { ParallelRunSettings } from '../config/parallel-run-options.ts';
import type { RunConfiguration } from '../config/run-configuration.ts';
import type { RunconfigParameters } from '../config/runconfig-parameters.ts';
import type { DatasetConsumptionConfig } from '../data/consumption.ts';
import type { Argument, StepOutput } from '../data/inputs.ts';
import { type Parameterized, PipelineParameter } from '../data/pipeline-parameter.ts';
import type { ModuleDef, ModuleDefOptions } from './module-def.ts';

export interface StepDescription {
  readonly name: string;
  readonly version: string | undefined;
  readonly allowReuse: boolean;
  readonly inputs: readonly DatasetConsumptionConfig[];
  readonly outputs: readonly StepOutput[];
  readonly arguments: readonly Argument[];
  /** Names of the inputs that are cut into mini-batches. */
  readonly split: readonly string[];
  readonly work: StepWork;
  /** Every pipeline parameter that the step uses. */
  readonly parameters: readonly PipelineParameter[];
  /** The steps that must have completed before. */
  readonly precedents: readonly StepDescription[];
  /** Those of them whose outputs need not be read. */
  readonly runsAfter: ReadonlySet<StepDescription>;
  runAfter(step: StepDescription): void;
  createModuleDef(options?: ModuleDefOptions): ModuleDef;
  /** Values of parameters of its node that are not their defaults, by name. */
  readonly nodeValues: Readonly<Record<string, unknown>>;
}

/** What a step does. */
export type StepWork = ParallelWork | CommandWork;

export interface ParallelWork {
  readonly kind: 'parallel';
  readonly settings: ParallelRunSettings;
  /** The folder with the script, absolute. */
  readonly directory: string;
  readonly script: string;
}

export type RunStepType = 'CommandStep' | 'EstimatorStep' | 'PythonScriptStep';

export interface CommandWork {
  readonly kind: 'command';
  readonly stepType: RunStepType;
  /** For bash; the step's arguments are put behind it, each as one word. */
  readonly command: string;
  /** Where the command runs (in a copy), absolute. */
  readonly directory: string;
  readonly runconfig: RunConfiguration;
  readonly computeTarget: ComputeTarget | undefined;
  readonly params: RunParams;
  readonly runconfigParameters: RunconfigParameters;
}

/** Become environment variables `AML_PARAMETER_<name>`. */
export type RunParams = Readonly<Record<string, Parameterized<string> | Parameterized<number> | Parameterized<boolean>>>;

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
export function classOf(work: StepWork): RunStepType | 'ParallelRunStep' {
  return work.kind === 'parallel' ? 'ParallelRunStep' : work.stepType;
}
