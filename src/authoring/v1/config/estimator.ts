import type { Argument, StepInput } from '../data/inputs.ts';
import { invalid, shown } from '../invalid.ts';
import type { ComputeTarget } from './compute-target.ts';
import { CondaDependencies } from './conda-dependencies.ts';
import { type DistributedConfiguration, MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration } from './distributed.ts';
import { Environment } from './environment.ts';
import { RunConfiguration } from './run-configuration.ts';

export interface EstimatorOptions {
  /** The folder of the script and what it needs. */
  readonly sourceDirectory: string;
  readonly computeTarget?: ComputeTarget | undefined;
  /** Relative to `sourceDirectory`. */
  readonly entryScript?: string | undefined;
  /** Arguments by name. An EstimatorStep takes them for itself and refuses an estimator that has some. */
  readonly scriptParams?: Readonly<Record<string, Argument>> | undefined;
  /** Default: 1; more run under MPI unless `distributedTraining` says otherwise. */
  readonly nodeCount?: number | undefined;
  /** Default: 1; more run under MPI unless `distributedTraining` says otherwise. */
  readonly processCountPerNode?: number | undefined;
  readonly distributedTraining?: DistributedConfiguration | undefined;
  /** An old way to say `distributedTraining`: `mpi` or `ps`. */
  readonly distributedBackend?: string | undefined;
  readonly useGpu?: boolean | undefined;
  readonly customDockerImage?: string | undefined;
  readonly condaPackages?: readonly string[] | undefined;
  readonly pipPackages?: readonly string[] | undefined;
  readonly condaDependenciesFile?: string | undefined;
  readonly environmentVariables?: Readonly<Record<string, string>> | undefined;
  readonly environmentDefinition?: Environment | undefined;
  /** An EstimatorStep takes inputs for itself and refuses an estimator that has some. */
  readonly inputs?: readonly StepInput[] | undefined;
  readonly shmSize?: string | undefined;
  /** Seconds; past it the step is killed and fails. */
  readonly maxRunDurationSeconds?: number | undefined;
}

/** A training script with what it runs on and in. @throws RequestError for a wrong value. */
export class Estimator {
  readonly sourceDirectory: string;
  readonly entryScript: string | undefined;
  readonly computeTarget: ComputeTarget | undefined;
  readonly scriptParams: Readonly<Record<string, Argument>>;
  readonly inputs: readonly StepInput[];
  readonly runConfig: RunConfiguration;

  constructor(options: EstimatorOptions) {
    const { nodeCount = 1, processCountPerNode = 1 } = options;
    checkCount('nodeCount', nodeCount);
    checkCount('processCountPerNode', processCountPerNode);
    if (typeof options.sourceDirectory !== 'string' || options.sourceDirectory === '') {
      throw invalid('sourceDirectory', `sourceDirectory is required, found ${shown(options.sourceDirectory)}.`);
    }
    this.sourceDirectory = options.sourceDirectory;
    this.entryScript = options.entryScript;
    this.computeTarget = options.computeTarget;
    this.scriptParams = options.scriptParams ?? {};
    this.inputs = options.inputs ?? [];
    this.runConfig = new RunConfiguration({ script: options.entryScript });
    this.runConfig.target = options.computeTarget;
    this.runConfig.nodeCount = nodeCount;
    this.runConfig.environment = options.environmentDefinition ?? environmentOf(options);
    this.runConfig.environmentVariables = options.environmentVariables ?? {};
    this.runConfig.maxRunDurationSeconds = options.maxRunDurationSeconds;
    this.runConfig.distribution = distributionOf(options, nodeCount, processCountPerNode);
  }
}

/** An estimator for PyTorch scripts. */
export class PyTorch extends Estimator {}
/** An estimator for scikit-learn scripts. */
export class SKLearn extends Estimator {}
/** An estimator for Chainer scripts. */
export class Chainer extends Estimator {}

export interface TensorFlowOptions extends EstimatorOptions {
  /** With the backend `ps`. Default: 1. */
  readonly workerCount?: number | undefined;
  readonly parameterServerCount?: number | undefined;
}

/** An estimator for TensorFlow scripts. */
export class TensorFlow extends Estimator {
  constructor({ workerCount, parameterServerCount, ...options }: TensorFlowOptions) {
    const counts = {
      ...(workerCount !== undefined && { workerCount }),
      ...(parameterServerCount !== undefined && { parameterServerCount }),
    };
    const isOld = options.distributedTraining === undefined && options.distributedBackend === 'ps';
    super({ ...options, ...(isOld && { distributedTraining: new TensorflowConfiguration(counts) }) });
  }
}

function distributionOf(options: EstimatorOptions, nodeCount: number, processCountPerNode: number): DistributedConfiguration | undefined {
  const { distributedTraining: given, distributedBackend: backend } = options;
  if (given instanceof MpiConfiguration) {
    return new MpiConfiguration({ processCountPerNode: Math.max(given.processCountPerNode, processCountPerNode), nodeCount });
  }
  if (given instanceof TensorflowConfiguration || given instanceof PyTorchConfiguration) return given;
  if (given !== undefined)
    throw invalid(
      'distributedTraining',
      `Expected MpiConfiguration, TensorflowConfiguration or PyTorchConfiguration, found ${shown(given)}.`,
    );
  if (backend !== undefined && backend !== 'mpi' && backend !== 'ps')
    throw invalid('distributedBackend', `Expected mpi or ps, found ${shown(backend)}.`);
  if (backend === 'ps') return new TensorflowConfiguration();
  return backend === 'mpi' || nodeCount > 1 || processCountPerNode > 1
    ? new MpiConfiguration({ processCountPerNode, nodeCount })
    : undefined;
}

function environmentOf(options: EstimatorOptions): Environment | undefined {
  const { customDockerImage, condaPackages, pipPackages, condaDependenciesFile } = options;
  if (customDockerImage === undefined && condaPackages === undefined && pipPackages === undefined && condaDependenciesFile === undefined)
    return undefined;
  const environment = new Environment('estimator');
  environment.docker.baseImage = customDockerImage;
  if (condaDependenciesFile !== undefined) environment.python.condaDependencies = new CondaDependencies(condaDependenciesFile);
  else if (condaPackages !== undefined || pipPackages !== undefined) {
    environment.python.condaDependencies = CondaDependencies.create({ condaPackages, pipPackages });
  }
  return environment;
}

function checkCount(name: string, value: unknown): void {
  if (!(Number.isInteger(value) && Number(value) >= 1)) throw invalid(name, `${name} must be an integer from 1 on, found ${shown(value)}.`);
}
