/** How the processes of a step find each other. */
import { arranged } from '../options/arranged.ts';
import { Options, type Shape } from '../options/judge.ts';
import { oneOfAnyCase, optional, whole } from '../options/rules.ts';
import { settable } from '../options/settable.ts';

/** What an MpiConfiguration is made from. */
export interface MpiOptions {
  /** Default: 1. */
  readonly processCountPerNode?: number | undefined;
  /** Default: 1. */
  readonly nodeCount?: number | undefined;
}
/** What a TensorflowConfiguration is made from. */
export interface TensorflowOptions {
  /** Default: 1. */
  readonly workerCount?: number | undefined;
  /** Default: 1. */
  readonly parameterServerCount?: number | undefined;
}
/** What a PyTorchConfiguration is made from. */
export interface PyTorchOptions {
  /** `Nccl` (the default) or `Gloo`, in any case of letters. The script chooses by itself; this is for it to read. */
  readonly communicationBackend?: string | undefined;
  /** Of all nodes together. Default: one for each node. */
  readonly processCount?: number | undefined;
  /** Default: 1. */
  readonly nodeCount?: number | undefined;
}

type Complete<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> };

const count = whole(1, 'a whole number');

const MPI = new Options<MpiOptions>('MpiConfiguration', { processCountPerNode: optional(count), nodeCount: optional(count) });
const MpiSettings = settable<MpiOptions, Complete<MpiOptions>>(MPI, ({ processCountPerNode = 1, nodeCount = 1 }) => ({
  processCountPerNode,
  nodeCount,
}));

/**
 * The script runs under `mpirun`. Values in Python's order (processCountPerNode, nodeCount), or options; both can be changed later.
 *
 * Source: azureml.core.runconfig.MpiConfiguration.
 */
export class MpiConfiguration extends MpiSettings {
  /** @throws RequestError for a count that is no whole number from 1 on. */
  constructor(...given: readonly [options?: MpiOptions] | readonly [processCountPerNode: number, nodeCount?: number]) {
    super(arranged(MPI.of, MPI.names, given));
  }
}

const TENSORFLOW = new Options<TensorflowOptions>('TensorflowConfiguration', {
  workerCount: optional(count),
  parameterServerCount: optional(whole(0, 'a whole number')),
});
const TensorflowSettings = settable<TensorflowOptions, Complete<TensorflowOptions>>(
  TENSORFLOW,
  ({ workerCount = 1, parameterServerCount = 1 }) => ({ workerCount, parameterServerCount }),
);

/**
 * Each process gets `TF_CONFIG`. Values in Python's order (workerCount, parameterServerCount), or options; both can be changed later.
 *
 * Source: azureml.core.runconfig.TensorflowConfiguration.
 */
export class TensorflowConfiguration extends TensorflowSettings {
  /** @throws RequestError for a count that is no whole number. */
  constructor(...given: readonly [options?: TensorflowOptions] | readonly [workerCount: number, parameterServerCount?: number]) {
    super(arranged(TENSORFLOW.of, TENSORFLOW.names, given));
  }
}

const PYTORCH_SHAPE: Shape<PyTorchOptions> = {
  communicationBackend: optional(oneOfAnyCase('Nccl', 'Gloo')),
  processCount: optional(count),
  nodeCount: optional(count),
};
const PYTORCH = new Options<PyTorchOptions>('PyTorchConfiguration', PYTORCH_SHAPE);
const PyTorchSettings = settable<PyTorchOptions, PyTorchOptions & Complete<Pick<PyTorchOptions, 'communicationBackend' | 'nodeCount'>>>(
  PYTORCH,
  ({ communicationBackend = 'Nccl', processCount, nodeCount = 1 }) => ({ communicationBackend, processCount, nodeCount }),
);

/**
 * Each process gets `MASTER_ADDR`, `RANK`, `WORLD_SIZE` …. Values in Python's order (communicationBackend, processCount, nodeCount),
 * or options; all can be changed later.
 *
 * Source: azureml.core.runconfig.PyTorchConfiguration.
 */
export class PyTorchConfiguration extends PyTorchSettings {
  /** @throws RequestError for another backend, and a count that is no whole number from 1 on. */
  constructor(
    ...given: readonly [options?: PyTorchOptions] | readonly [communicationBackend: string, processCount?: number, nodeCount?: number]
  ) {
    super(arranged(PYTORCH.of, PYTORCH.names, given));
  }
}

/** MPI, as older programs say it. Source: azureml.train.estimator.Mpi. */
export class Mpi extends MpiConfiguration {}
/** TensorFlow's parameter servers, as older programs say it. Source: azureml.train.estimator.ParameterServer. */
export class ParameterServer extends TensorflowConfiguration {}
/** PyTorch with Gloo, as older programs say it. Source: azureml.train.estimator.Gloo. */
export class Gloo extends PyTorchConfiguration {
  /** One process on each node. */
  constructor() {
    super({ communicationBackend: 'Gloo' });
  }
}
/** PyTorch with NCCL, as older programs say it. Source: azureml.train.estimator.Nccl. */
export class Nccl extends PyTorchConfiguration {
  /** One process on each node. */
  constructor() {
    super({ communicationBackend: 'Nccl' });
  }
}

/** How the processes of a step find each other. */
export type DistributedConfiguration = MpiConfiguration | TensorflowConfiguration | PyTorchConfiguration;

export function isDistributed(value: unknown): value is DistributedConfiguration {
  return value instanceof MpiConfiguration || value instanceof TensorflowConfiguration || value instanceof PyTorchConfiguration;
}
