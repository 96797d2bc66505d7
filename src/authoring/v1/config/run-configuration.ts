import type { Argument } from '../data/inputs.ts';
import type { ComputeTarget } from './compute-target.ts';
import { type DistributedConfiguration, MpiConfiguration, TensorflowConfiguration } from './distributed.ts';
import type { Environment } from './environment.ts';

export interface RunConfigurationOptions {
  readonly script?: string | undefined;
  readonly arguments?: readonly Argument[] | undefined;
  readonly command?: string | readonly Argument[] | undefined;
}

/** What a step runs on and in. Its fields may be set after it was made. */
export class RunConfiguration {
  script: string | undefined;
  arguments: readonly Argument[];
  command: string | readonly Argument[] | undefined;
  target: ComputeTarget | undefined;
  environment: Environment | undefined;
  environmentVariables: Readonly<Record<string, string>> = {};
  nodeCount = 1;
  /** The steps' processes find each other by one of these, as `communicator` says. */
  mpi = new MpiConfiguration();
  tensorflow = new TensorflowConfiguration();
  communicator: 'None' | 'Mpi' | 'OpenMpi' | 'IntelMpi' | 'ParameterServer' | 'Nccl' | 'Gloo' = 'None';
  /** Seconds; past it the step is killed and fails. */
  maxRunDurationSeconds: number | undefined;
  distribution: DistributedConfiguration | undefined;

  constructor(options: RunConfigurationOptions = {}) {
    this.script = options.script;
    this.arguments = options.arguments ?? [];
    this.command = options.command;
  }
}

export interface ScriptRunConfigOptions extends RunConfigurationOptions {
  readonly sourceDirectory?: string | undefined;
  readonly computeTarget?: ComputeTarget | undefined;
  readonly environment?: Environment | undefined;
  readonly distributedJobConfig?: DistributedConfiguration | undefined;
  readonly maxRunDurationSeconds?: number | undefined;
}

/** A script or a command together with what it runs on and in. */
export class ScriptRunConfig {
  readonly sourceDirectory: string | undefined;
  readonly runConfig: RunConfiguration;

  constructor({
    sourceDirectory,
    computeTarget,
    environment,
    distributedJobConfig,
    maxRunDurationSeconds,
    ...options
  }: ScriptRunConfigOptions) {
    this.sourceDirectory = sourceDirectory;
    this.runConfig = new RunConfiguration(options);
    this.runConfig.target = computeTarget;
    this.runConfig.environment = environment;
    this.runConfig.distribution = distributedJobConfig;
    this.runConfig.maxRunDurationSeconds = maxRunDurationSeconds;
    if (distributedJobConfig !== undefined && 'nodeCount' in distributedJobConfig)
      this.runConfig.nodeCount = distributedJobConfig.nodeCount;
  }
}
