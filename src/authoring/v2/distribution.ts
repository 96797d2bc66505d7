import { distribution } from '../../language/schema/steps.ts';
import { defined, yamlKeys } from '../document.ts';
import { judgePart } from './judge.ts';

export interface ProcessCount {
  /** Processes on each node. Default 1. */
  readonly processCountPerInstance?: number | undefined;
}
export interface TensorFlowCounts {
  /** Default: the number of nodes. */
  readonly workerCount?: number | undefined;
  /** Default 0. */
  readonly parameterServerCount?: number | undefined;
}

/** How the processes of a command find each other. */
export type DistributionOptions =
  | ({ readonly type: 'mpi' | 'pytorch' } & ProcessCount)
  | ({ readonly type: 'tensorflow' } & TensorFlowCounts);

/** The command runs under `mpirun`. @throws RequestError for a wrong value. */
export class MpiDistribution implements ProcessCount {
  readonly type = 'mpi';
  declare readonly processCountPerInstance?: number;
  constructor(options: ProcessCount = {}) {
    take(this, options);
  }
}

/** Each process gets `MASTER_ADDR`, `RANK`, `WORLD_SIZE` …. @throws RequestError for a wrong value. */
export class PyTorchDistribution implements ProcessCount {
  readonly type = 'pytorch';
  declare readonly processCountPerInstance?: number;
  constructor(options: ProcessCount = {}) {
    take(this, options);
  }
}

/** Each process gets `TF_CONFIG`. @throws RequestError for a wrong value. */
export class TensorFlowDistribution implements TensorFlowCounts {
  readonly type = 'tensorflow';
  declare readonly workerCount?: number;
  declare readonly parameterServerCount?: number;
  constructor(options: TensorFlowCounts = {}) {
    take(this, options);
  }
}

function take(target: object, options: object): void {
  Object.assign(target, defined({ ...options }));
  judgePart('distribution', distribution, yamlKeys(target));
}
