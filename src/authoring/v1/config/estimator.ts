import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataReference } from '../data/data-reference.ts';
import type { Argument, StepInput } from '../data/inputs.ts';
import { Options, type Shape } from '../options/judge.ts';
import { tellWithoutEffect } from '../options/without-effect.ts';
import type { ComputeTarget } from './compute-target.ts';
import { CondaDependencies } from './conda-dependencies.ts';
import { type DistributedConfiguration, MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration } from './distributed.ts';
import { Environment, pipRequirements } from './environment.ts';
import {
  CLOUD_ONLY,
  ESTIMATOR,
  type EstimatorOptions,
  estimatorProblems,
  TENSORFLOW,
  type TensorFlowOptions,
} from './estimator-options.ts';
import { RunConfiguration } from './run-configuration.ts';

/** A training script with what it runs on and in. Source: azureml.train.estimator.Estimator. */
export class Estimator {
  /** The folder of the script. */
  readonly sourceDirectory: string;
  /** Relative to `sourceDirectory`. */
  readonly entryScript: string | undefined;
  /** Where it runs. */
  readonly computeTarget: ComputeTarget | undefined;
  /** Arguments by name. */
  readonly scriptParams: Readonly<Record<string, Argument>>;
  /** What it reads. */
  readonly inputs: readonly StepInput[];
  /** Where checkpoints are. */
  readonly resumeFrom: DataReference | string | undefined;
  /** What it runs on and in; its attributes can be changed. */
  readonly runConfig: RunConfiguration;

  /** @throws RequestError for a wrong option, and for options that cannot stand together. */
  constructor(options: EstimatorOptions) {
    const shape: Shape<EstimatorOptions> = new.target === TensorFlow || new.target.prototype instanceof TensorFlow ? TENSORFLOW : ESTIMATOR;
    const judged = new Options<EstimatorOptions>(new.target.name, shape, estimatorProblems).judge(options);
    tellWithoutEffect(new.target.name, judged, CLOUD_ONLY);
    const { nodeCount = 1, processCountPerNode = 1 } = judged;
    this.sourceDirectory = judged.sourceDirectory;
    this.entryScript = judged.entryScript;
    this.computeTarget = judged.computeTarget;
    this.scriptParams = judged.scriptParams ?? {};
    this.inputs = judged.inputs ?? [];
    this.resumeFrom = judged.resumeFrom;
    this.runConfig = new RunConfiguration({
      script: judged.entryScript,
      target: judged.computeTarget,
      nodeCount,
      environment: judged.environmentDefinition ?? environmentOf(judged),
      environmentVariables: judged.environmentVariables,
      maxRunDurationSeconds: judged.maxRunDurationSeconds,
      mpi: new MpiConfiguration({ processCountPerNode }),
      distribution: distributionOf(judged, nodeCount, processCountPerNode),
    });
  }
}

/** An estimator for PyTorch scripts. Source: azureml.train.dnn.PyTorch. */
export class PyTorch extends Estimator {}
/** An estimator for scikit-learn scripts. Source: azureml.train.sklearn.SKLearn. */
export class SKLearn extends Estimator {}
/** An estimator for Chainer scripts. Source: azureml.train.dnn.Chainer. */
export class Chainer extends Estimator {}

/** An estimator for TensorFlow scripts. Source: azureml.train.dnn.TensorFlow. */
export class TensorFlow extends Estimator {
  /** @throws RequestError for a wrong option, and for options that cannot stand together. */
  constructor(options: TensorFlowOptions) {
    super(options);
  }
}

function distributionOf(options: TensorFlowOptions, nodeCount: number, processCountPerNode: number): DistributedConfiguration | undefined {
  const { distributedTraining: given, workerCount, parameterServerCount } = options;
  if (given instanceof MpiConfiguration) {
    return new MpiConfiguration({ processCountPerNode: Math.max(given.processCountPerNode, processCountPerNode), nodeCount });
  }
  if (given !== undefined) return given;
  const isSeveral = nodeCount > 1 || processCountPerNode > 1;
  switch (options.distributedBackend?.toLowerCase() ?? (isSeveral ? 'mpi' : undefined)) {
    case 'mpi':
      return new MpiConfiguration({ processCountPerNode, nodeCount });
    case 'ps':
      return new TensorflowConfiguration({ workerCount, parameterServerCount });
    case 'gloo':
      return new PyTorchConfiguration({
        communicationBackend: 'Gloo',
        processCount: processesOf(nodeCount, processCountPerNode),
        nodeCount,
      });
    case 'nccl':
      return new PyTorchConfiguration({
        communicationBackend: 'Nccl',
        processCount: processesOf(nodeCount, processCountPerNode),
        nodeCount,
      });
    default:
      return undefined;
  }
}

/** Of all nodes together; undefined: one on each, however many there are. */
function processesOf(nodeCount: number, processCountPerNode: number): number | undefined {
  return processCountPerNode === 1 ? undefined : nodeCount * processCountPerNode;
}

function environmentOf(options: EstimatorOptions): Environment | undefined {
  const { sourceDirectory, condaPackages, userManaged } = options;
  const image = options.customDockerImage ?? options.customDockerBaseImage;
  const condaFile = options.condaDependenciesFile ?? options.condaDependenciesFilePath;
  const pipFile = options.pipRequirementsFile ?? options.pipRequirementsFilePath;
  const pipPackages = [
    ...(options.pipPackages ?? []),
    ...(pipFile === undefined ? [] : pipRequirements(besideScript(sourceDirectory, pipFile))),
  ];
  const hasPackages = condaPackages !== undefined || pipPackages.length > 0;
  if (image === undefined && condaFile === undefined && !hasPackages && userManaged !== true) return undefined;
  const environment = new Environment('estimator');
  environment.docker.baseImage = image;
  environment.python.userManagedDependencies = userManaged;
  if (condaFile !== undefined) environment.python.condaDependencies = new CondaDependencies(besideScript(sourceDirectory, condaFile));
  else if (hasPackages) environment.python.condaDependencies = CondaDependencies.create({ condaPackages, pipPackages });
  return environment;
}

function besideScript(sourceDirectory: string, file: string): string {
  const beside = join(sourceDirectory, file);
  return existsSync(beside) ? beside : file;
}
