/** How the processes of a step find each other. */
import { invalid, shown } from '../invalid.ts';

function checkCount(name: string, value: unknown, min = 1): void {
  if (Number.isInteger(value) && Number(value) >= min) return;
  throw invalid(name, `${name} must be a whole number from ${min} on, found ${shown(value)}.`);
}

/** The script runs under `mpirun`. */
export class MpiConfiguration {
  processCountPerNode: number;
  nodeCount: number;
  constructor({ processCountPerNode = 1, nodeCount = 1 }: { readonly processCountPerNode?: number; readonly nodeCount?: number } = {}) {
    checkCount('processCountPerNode', processCountPerNode);
    checkCount('nodeCount', nodeCount);
    this.processCountPerNode = processCountPerNode;
    this.nodeCount = nodeCount;
  }
}

/** Each process gets `TF_CONFIG`. */
export class TensorflowConfiguration {
  workerCount: number;
  parameterServerCount: number;
  constructor({
    workerCount = 1,
    parameterServerCount = 1,
  }: { readonly workerCount?: number; readonly parameterServerCount?: number } = {}) {
    checkCount('workerCount', workerCount);
    checkCount('parameterServerCount', parameterServerCount, 0);
    this.workerCount = workerCount;
    this.parameterServerCount = parameterServerCount;
  }
}

/** Each process gets `MASTER_ADDR`, `RANK`, `WORLD_SIZE` …. */
export class PyTorchConfiguration {
  readonly communicationBackend: 'nccl' | 'gloo';
  /** Of all nodes together. Default: one for each node. */
  processCount: number | undefined;
  nodeCount: number;
  constructor({
    communicationBackend = 'Nccl',
    processCount,
    nodeCount = 1,
  }: { readonly communicationBackend?: string; readonly processCount?: number | undefined; readonly nodeCount?: number } = {}) {
    const backend = communicationBackend.toLowerCase();
    if (backend !== 'nccl' && backend !== 'gloo') {
      throw invalid('communicationBackend', `Expected Nccl or Gloo, found ${shown(communicationBackend)}.`);
    }
    if (processCount !== undefined) checkCount('processCount', processCount);
    checkCount('nodeCount', nodeCount);
    this.communicationBackend = backend;
    this.processCount = processCount;
    this.nodeCount = nodeCount;
  }
}

export type DistributedConfiguration = MpiConfiguration | TensorflowConfiguration | PyTorchConfiguration;
