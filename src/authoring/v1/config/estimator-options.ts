/** What estimators are made from, and what of it can stand together. */

import type { Problem } from '../../../errors/types.ts';
import type { Literal } from '../../../language/types.ts';
import type { DataReference } from '../data/data-reference.ts';
import type { Argument, StepInput } from '../data/inputs.ts';
import type { Shape } from '../options/judge.ts';
import {
  flag,
  instance,
  judgedLater,
  list,
  literal,
  nonEmptyText,
  oneOf,
  oneOfAnyCase,
  optional,
  record,
  rule,
  text,
  whole,
} from '../options/rules.ts';
import { type ComputeTarget, computeTarget } from './compute-target.ts';
import { type DistributedConfiguration, isDistributed } from './distributed.ts';
import { Environment } from './environment.ts';
import { shmSize } from './run-configuration.ts';

/** What an Estimator is made from. Source: azureml.train.estimator.Estimator. */
export interface EstimatorOptions {
  /** The folder of the script and what it needs. */
  readonly sourceDirectory: string;
  /** Where it runs; an EstimatorStep says it for itself. */
  readonly computeTarget?: ComputeTarget | undefined;
  /** Of a machine in a cloud: without effect here. */
  readonly vmSize?: string | undefined;
  /** Of a machine in a cloud: without effect here. */
  readonly vmPriority?: 'dedicated' | 'lowpriority' | undefined;
  /** Relative to `sourceDirectory`. */
  readonly entryScript?: string | undefined;
  /** Arguments by name. An EstimatorStep takes them for itself and refuses an estimator that has some. */
  readonly scriptParams?: Readonly<Record<string, Argument>> | undefined;
  /** From 1 on. Default: 1; more run under MPI unless `distributedTraining` says otherwise. */
  readonly nodeCount?: number | undefined;
  /** From 1 on. Default: 1; more run under MPI unless `distributedTraining` says otherwise. */
  readonly processCountPerNode?: number | undefined;
  /** An old way to say `distributedTraining`: `mpi`, `ps`, `gloo` or `nccl`. */
  readonly distributedBackend?: string | undefined;
  /** How the processes find each other. */
  readonly distributedTraining?: DistributedConfiguration | undefined;
  /** An image with GPU libraries: without effect here, where the machine's GPUs are there anyway. */
  readonly useGpu?: boolean | undefined;
  /** In a container: without effect here. */
  readonly useDocker?: boolean | undefined;
  /** An older name of `customDockerImage`. */
  readonly customDockerBaseImage?: string | undefined;
  /** The image of a cloud's container; kept, and without effect here. */
  readonly customDockerImage?: string | undefined;
  /** Where the image is: without effect here. */
  readonly imageRegistryDetails?: unknown;
  /** The packages are there already. Not together with packages. Default: false. */
  readonly userManaged?: boolean | undefined;
  /** Packages of conda. Default: none. */
  readonly condaPackages?: readonly string[] | undefined;
  /** Packages of pip. Default: none. */
  readonly pipPackages?: readonly string[] | undefined;
  /** An older name of `condaDependenciesFile`. */
  readonly condaDependenciesFilePath?: string | undefined;
  /** An older name of `pipRequirementsFile`. */
  readonly pipRequirementsFilePath?: string | undefined;
  /** A conda file, relative to `sourceDirectory` or to the working directory. Not together with packages. */
  readonly condaDependenciesFile?: string | undefined;
  /** A file with one pip requirement a line, relative to `sourceDirectory` or to the working directory. */
  readonly pipRequirementsFile?: string | undefined;
  /** Of the processes. Values become text. Default: none. */
  readonly environmentVariables?: Readonly<Record<string, Literal>> | undefined;
  /** What it runs in. Not together with packages, image or variables. */
  readonly environmentDefinition?: Environment | undefined;
  /** An EstimatorStep takes inputs for itself and refuses an estimator that has some. */
  readonly inputs?: readonly StepInput[] | undefined;
  /** A datastore for the script's folder: without effect here. */
  readonly sourceDirectoryDataStore?: unknown;
  /** A container's shared memory, e.g. `2g`: without effect here. */
  readonly shmSize?: string | undefined;
  /** Where checkpoints are. An EstimatorStep takes arguments for itself and refuses an estimator that has it. */
  readonly resumeFrom?: DataReference | string | undefined;
  /** Seconds, from 1 on; past it the step is killed and fails. Default: no limit. */
  readonly maxRunDurationSeconds?: number | undefined;
  /** Of the framework in a cloud's image: without effect here. */
  readonly frameworkVersion?: string | undefined;
}

/** What a TensorFlow estimator is made from. Source: azureml.train.dnn.TensorFlow. */
export interface TensorFlowOptions extends EstimatorOptions {
  /** With the backend `ps`, from 1 on. Default: 1. */
  readonly workerCount?: number | undefined;
  /** With the backend `ps`, from 0 on. Default: 1. */
  readonly parameterServerCount?: number | undefined;
}

const count = whole(1);
const packages = optional(list(nonEmptyText, 'a list of packages'));

export const ESTIMATOR: Shape<EstimatorOptions> = {
  sourceDirectory: nonEmptyText,
  computeTarget: optional(computeTarget),
  vmSize: optional(text),
  vmPriority: optional(oneOf('dedicated', 'lowpriority')),
  entryScript: optional(nonEmptyText),
  scriptParams: optional(record(judgedLater<Argument>())),
  nodeCount: optional(count),
  processCountPerNode: optional(count),
  distributedBackend: optional(oneOfAnyCase('mpi', 'ps', 'gloo', 'nccl')),
  distributedTraining: optional(
    rule<DistributedConfiguration>('MpiConfiguration, TensorflowConfiguration or PyTorchConfiguration', isDistributed),
  ),
  useGpu: optional(flag),
  useDocker: optional(flag),
  customDockerBaseImage: optional(nonEmptyText),
  customDockerImage: optional(nonEmptyText),
  imageRegistryDetails: optional(judgedLater<unknown>()),
  userManaged: optional(flag),
  condaPackages: packages,
  pipPackages: packages,
  condaDependenciesFilePath: optional(nonEmptyText),
  pipRequirementsFilePath: optional(nonEmptyText),
  condaDependenciesFile: optional(nonEmptyText),
  pipRequirementsFile: optional(nonEmptyText),
  environmentVariables: optional(record(literal)),
  environmentDefinition: optional(instance(Environment, 'an Environment')),
  inputs: optional(rule<readonly StepInput[]>('a list', Array.isArray)),
  sourceDirectoryDataStore: optional(judgedLater<unknown>()),
  shmSize: optional(shmSize),
  resumeFrom: optional(judgedLater<DataReference | string>()),
  maxRunDurationSeconds: optional(whole(1, 'a whole number of seconds')),
  frameworkVersion: optional(text),
};

export const TENSORFLOW: Shape<TensorFlowOptions> = {
  ...ESTIMATOR,
  workerCount: optional(count),
  parameterServerCount: optional(whole(0)),
};

export const CLOUD_ONLY = [
  'vmSize',
  'vmPriority',
  'useGpu',
  'useDocker',
  'imageRegistryDetails',
  'sourceDirectoryDataStore',
  'shmSize',
  'frameworkVersion',
];

/** As azureml-train-core refuses them. */
export function estimatorProblems(options: EstimatorOptions): readonly Problem[] {
  const given = (names: readonly (keyof EstimatorOptions)[]): readonly string[] =>
    names.filter((name) => options[name] !== undefined && options[name] !== false);
  const all = [
    'condaPackages',
    'pipPackages',
    'condaDependenciesFile',
    'condaDependenciesFilePath',
    'pipRequirementsFile',
    'pipRequirementsFilePath',
  ] as const;
  const [condaFile = 'condaDependenciesFile'] = given(['condaDependenciesFile', 'condaDependenciesFilePath']);
  const rules: readonly (readonly [one: string, isGiven: boolean, others: readonly string[]])[] = [
    [
      'environmentDefinition',
      options.environmentDefinition !== undefined,
      given([
        ...all,
        'customDockerImage',
        'customDockerBaseImage',
        'imageRegistryDetails',
        'useGpu',
        'userManaged',
        'shmSize',
        'environmentVariables',
      ]),
    ],
    [
      condaFile,
      given(['condaDependenciesFile', 'condaDependenciesFilePath']).length > 0,
      given(['condaPackages', 'pipPackages', 'pipRequirementsFile', 'pipRequirementsFilePath']),
    ],
    ['userManaged', options.userManaged === true, given(all)],
  ];
  return rules.flatMap(([one, isGiven, [other]]) =>
    isGiven && other !== undefined
      ? [{ code: 'invalid-value', path: one, message: `${one} and ${other} are given: only one of the two says what the script runs in.` }]
      : [],
  );
}
