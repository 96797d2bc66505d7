import type { Literal } from '../../../language/types.ts';
import type { Argument } from '../data/inputs.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import {
  either,
  flag,
  instance,
  judgedLater,
  list,
  literal,
  nonEmptyText,
  oneOfAnyCase,
  optional,
  record,
  rule,
  text,
  whole,
} from '../options/rules.ts';
import { settable } from '../options/settable.ts';
import { tellWithoutEffect } from '../options/without-effect.ts';
import { type ComputeTarget, computeTarget } from './compute-target.ts';
import { CondaDependencies } from './conda-dependencies.ts';
import {
  type DistributedConfiguration,
  isDistributed,
  MpiConfiguration,
  PyTorchConfiguration,
  TensorflowConfiguration,
} from './distributed.ts';
import { Environment } from './environment.ts';

/** A container's settings: of a cloud, without effect on your own machines. Source: azureml.core.runconfig.DockerConfiguration. */
export interface DockerConfigurationOptions {
  /** Run in a container. */
  readonly useDocker?: boolean | undefined;
  /** Share folders of the machine with it. */
  readonly sharedVolumes?: boolean | undefined;
  /** Of `docker run`. */
  readonly arguments?: readonly string[] | undefined;
  /** Its shared memory: a number and b, k, m or g. */
  readonly shmSize?: string | undefined;
}

export const shmSize = rule<string>(
  'a size such as 512m or 2g',
  (value) => typeof value === 'string' && /^\d+[bkmg]?$/i.test(value.trim()),
);

const DOCKER = new Options<DockerConfigurationOptions>('DockerConfiguration', {
  useDocker: optional(flag),
  sharedVolumes: optional(flag),
  arguments: optional(list(text)),
  shmSize: optional(shmSize),
});

function told(given: DockerConfigurationOptions): DockerConfigurationOptions {
  tellWithoutEffect('DockerConfiguration', given, DOCKER.names);
  return given;
}

/** A container's settings: judged, told once, and without effect on your own machines. */
export class DockerConfiguration extends settable<DockerConfigurationOptions, DockerConfigurationOptions>(DOCKER, told) {
  /** @throws RequestError for a wrong option. */
  constructor(options: DockerConfigurationOptions = {}) {
    super(options);
  }
}

/** What a RunConfiguration is made from; each is an attribute that can be changed later. */
export interface RunConfigurationOptions {
  /** The script that is run. */
  readonly script?: string | undefined;
  /** Of the script. Default: none. */
  readonly arguments?: readonly Argument[] | undefined;
  /** `Python` and the like: without effect here, where the script's name says it. */
  readonly framework?: string | undefined;
  /** How the processes find each other: `None` (the default), `Mpi`, `OpenMpi`, `IntelMpi`, `ParameterServer`, `Nccl` or `Gloo`. */
  readonly communicator?: string | undefined;
  /** Packages of the environment, where none is given. */
  readonly condaDependencies?: CondaDependencies | undefined;
  /** A bash command, or a list whose first item is one and whose others are words put behind it. */
  readonly command?: string | readonly Argument[] | undefined;
  /** Where the step runs. */
  readonly target?: ComputeTarget | undefined;
  /** What it runs in. */
  readonly environment?: Environment | undefined;
  /** Of the processes. Values become text. Default: none. */
  readonly environmentVariables?: Readonly<Record<string, Literal>> | undefined;
  /** From 1 on. Default: 1. */
  readonly nodeCount?: number | undefined;
  /** With `communicator: 'Mpi'` and its like. */
  readonly mpi?: MpiConfiguration | undefined;
  /** With `communicator: 'ParameterServer'`. */
  readonly tensorflow?: TensorflowConfiguration | undefined;
  /** With `communicator: 'Nccl'` or `'Gloo'`. */
  readonly pytorch?: PyTorchConfiguration | undefined;
  /** How the processes find each other, whatever the communicator. */
  readonly distribution?: DistributedConfiguration | undefined;
  /** Seconds, from 1 on; past it the step is killed and fails. Default: no limit. */
  readonly maxRunDurationSeconds?: number | undefined;
  /** A container's settings: without effect here. */
  readonly docker?: DockerConfiguration | undefined;
}

/** The attributes of a RunConfiguration, with their defaults. */
export interface RunConfigurationSettings extends RunConfigurationOptions {
  /** Of the script. */
  readonly arguments: readonly Argument[];
  /** How the processes find each other. */
  readonly communicator: string;
  /** Of the processes. */
  readonly environmentVariables: Readonly<Record<string, Literal>>;
  /** Number of nodes; on one machine: logical nodes. */
  readonly nodeCount: number;
  /** With `communicator: 'Mpi'` and its like. */
  readonly mpi: MpiConfiguration;
  /** With `communicator: 'ParameterServer'`. */
  readonly tensorflow: TensorflowConfiguration;
  /** A container's settings: without effect here. */
  readonly docker: DockerConfiguration;
}

const anyArguments = rule<readonly Argument[]>('a list', Array.isArray);
const command = either(nonEmptyText, anyArguments);
const distribution = rule<DistributedConfiguration>('MpiConfiguration, TensorflowConfiguration or PyTorchConfiguration', isDistributed);
const seconds = whole(1, 'a whole number of seconds');

const OPTIONS = new Options<RunConfigurationOptions>('RunConfiguration', {
  script: optional(nonEmptyText),
  arguments: optional(anyArguments),
  framework: optional(text),
  communicator: optional(oneOfAnyCase('None', 'Mpi', 'OpenMpi', 'IntelMpi', 'ParameterServer', 'Nccl', 'Gloo')),
  condaDependencies: optional(instance(CondaDependencies)),
  command: optional(command),
  target: optional(computeTarget),
  environment: optional(instance(Environment, 'an Environment')),
  environmentVariables: optional(record(literal)),
  nodeCount: optional(whole(1)),
  mpi: optional(instance(MpiConfiguration, 'an MpiConfiguration')),
  tensorflow: optional(instance(TensorflowConfiguration)),
  pytorch: optional(instance(PyTorchConfiguration)),
  distribution: optional(distribution),
  maxRunDurationSeconds: optional(seconds),
  docker: optional(instance(DockerConfiguration)),
});

function complete(given: RunConfigurationOptions): RunConfigurationSettings {
  return {
    ...given,
    arguments: given.arguments ?? [],
    communicator: given.communicator ?? 'None',
    environmentVariables: given.environmentVariables ?? {},
    nodeCount: given.nodeCount ?? 1,
    mpi: given.mpi ?? new MpiConfiguration(),
    tensorflow: given.tensorflow ?? new TensorflowConfiguration(),
    docker: given.docker ?? new DockerConfiguration(),
    environment: given.environment ?? environmentOf(given.condaDependencies),
  };
}

function environmentOf(condaDependencies: CondaDependencies | undefined): Environment | undefined {
  if (condaDependencies === undefined) return undefined;
  const environment = new Environment('runconfig');
  environment.python.condaDependencies = condaDependencies;
  return environment;
}

/**
 * What a step runs on and in. Its attributes can be changed after it was made; a step reads them when its pipeline is submitted.
 * Values in Python's order (script, arguments, framework, communicator, condaDependencies), or options.
 *
 * Source: azureml.core.runconfig.RunConfiguration.
 */
export class RunConfiguration extends settable<RunConfigurationOptions, RunConfigurationSettings>(OPTIONS, complete) {
  /** @throws RequestError for a wrong value. */
  constructor(
    ...given:
      | readonly [options?: RunConfigurationOptions]
      | readonly [script: string, arguments_?: readonly Argument[], framework?: string, communicator?: string]
  ) {
    super(arranged(OPTIONS.of, ['script', 'arguments', 'framework', 'communicator', 'condaDependencies'], given));
  }
}

/** What a ScriptRunConfig is made from. */
export interface ScriptRunConfigOptions {
  /** The folder of the script. */
  readonly sourceDirectory?: string | undefined;
  /** The script that is run. */
  readonly script?: string | undefined;
  /** Of the script. Default: none. */
  readonly arguments?: readonly Argument[] | undefined;
  /** What it starts from; the options here stand before it. */
  readonly runConfig?: RunConfiguration | undefined;
  /** Where it runs. */
  readonly computeTarget?: ComputeTarget | undefined;
  /** What it runs in. */
  readonly environment?: Environment | undefined;
  /** How its processes find each other. */
  readonly distributedJobConfig?: DistributedConfiguration | undefined;
  /** Where a cloud would resume from: without effect here. */
  readonly resumeFrom?: unknown;
  /** Seconds, from 1 on; past it the step is killed and fails. Default: no limit. */
  readonly maxRunDurationSeconds?: number | undefined;
  /** A bash command, or a list whose first item is one and whose others are words put behind it. */
  readonly command?: string | readonly Argument[] | undefined;
  /** A container's settings: without effect here. */
  readonly dockerRuntimeConfig?: DockerConfiguration | undefined;
}

const SCRIPT = new Options<ScriptRunConfigOptions>('ScriptRunConfig', {
  sourceDirectory: optional(nonEmptyText),
  script: optional(nonEmptyText),
  arguments: optional(anyArguments),
  runConfig: optional(instance(RunConfiguration)),
  computeTarget: optional(computeTarget),
  environment: optional(instance(Environment, 'an Environment')),
  distributedJobConfig: optional(distribution),
  resumeFrom: optional(judgedLater<unknown>()),
  maxRunDurationSeconds: optional(seconds),
  command: optional(command),
  dockerRuntimeConfig: optional(instance(DockerConfiguration)),
});

/**
 * A script or a command together with what it runs on and in. Values in Python's order (sourceDirectory, script, arguments), or options.
 *
 * Source: azureml.core.ScriptRunConfig.
 */
export class ScriptRunConfig {
  /** The folder of the script. */
  readonly sourceDirectory: string | undefined;
  /** What it runs on and in. */
  readonly runConfig: RunConfiguration;

  /** @throws RequestError for a wrong value. */
  constructor(
    ...given:
      | readonly [options: ScriptRunConfigOptions]
      | readonly [sourceDirectory: string, options?: Omit<ScriptRunConfigOptions, 'sourceDirectory'>]
      | readonly [sourceDirectory: string, script: string, arguments_?: readonly Argument[]]
  ) {
    const options = SCRIPT.judge(arranged(SCRIPT.of, ['sourceDirectory', 'script', 'arguments'], given));
    const { sourceDirectory, runConfig, computeTarget: target, distributedJobConfig, resumeFrom, dockerRuntimeConfig, ...own } = options;
    tellWithoutEffect('ScriptRunConfig', { resumeFrom }, ['resumeFrom']);
    this.sourceDirectory = sourceDirectory;
    const nodeCount =
      distributedJobConfig !== undefined && 'nodeCount' in distributedJobConfig ? distributedJobConfig.nodeCount : undefined;
    const changes = { ...own, target, distribution: distributedJobConfig, nodeCount, docker: dockerRuntimeConfig };
    const changed = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    this.runConfig = new RunConfiguration({ ...runConfig, ...changed });
  }
}
