import * as z from 'zod';
import { distribution } from '../../language/schema/steps.ts';
import { type Attributes, Judged } from '../options/judged.ts';
import { allBindable, camelKeys, define } from '../options/rules.ts';
import type { Bindable } from './bindable.ts';

/** Processes of the same kind on every node. */
export interface ProcessCount {
  /** Processes on each node, from 1. Default 1. */
  readonly processCountPerInstance?: Bindable<number> | undefined;
}

/** Processes of two kinds, over all nodes. */
export interface TensorFlowCounts {
  /** Workers, from 1. Default: the number of nodes. */
  readonly workerCount?: Bindable<number> | undefined;
  /** Parameter servers. Default 0. */
  readonly parameterServerCount?: Bindable<number> | undefined;
}

/** Distributions over processes of one kind, as options. */
export interface ProcessDistributionOptions extends ProcessCount {
  /** `mpi`: under `mpirun`. `pytorch`: with `MASTER_ADDR`, `RANK`, `WORLD_SIZE` …. */
  readonly type: 'mpi' | 'pytorch';
}

/** A TensorFlow distribution, as options. */
export interface TensorFlowDistributionOptions extends TensorFlowCounts {
  /** Each process gets `TF_CONFIG`. */
  readonly type: 'tensorflow';
}

/** How the processes of a command find each other. */
export type DistributionOptions = ProcessDistributionOptions | TensorFlowDistributionOptions;

const { process_count_per_instance, worker_count, parameter_server_count } = distribution.shape;
const processes = allBindable(camelKeys({ process_count_per_instance }));
const counts = allBindable(camelKeys({ worker_count, parameter_server_count }));
const types = (...names: readonly [string, ...string[]]) => z.enum(names, { error: () => `one of ${names.join(', ')}` });

const mpiRules = define<ProcessDistributionOptions>('MpiDistribution', 'distribution')({ ...processes, type: types('mpi') });
const pytorchRules = define<ProcessDistributionOptions>('PyTorchDistribution', 'distribution')({ ...processes, type: types('pytorch') });
const tensorFlowRules = define<TensorFlowDistributionOptions>(
  'TensorFlowDistribution',
  'distribution',
)({
  ...counts,
  type: types('tensorflow'),
});
const anyRules = define<ProcessCount & TensorFlowCounts & { readonly type: DistributionOptions['type'] }>('distribution')({
  ...processes,
  ...counts,
  type: types('mpi', 'pytorch', 'tensorflow'),
});

/** A distribution of any kind; which counts go with which kind is judged with the command. @internal */
export const distributionRule = anyRules.schema.required({ type: true });

/**
 * The command runs under `mpirun`. @throws RequestError for a wrong name or value, also where an attribute is set.
 * Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.mpidistribution
 */
export class MpiDistribution extends Judged<ProcessDistributionOptions> {
  /** @param options Default: one process on each node. */
  constructor(options: ProcessCount = {}) {
    super(mpiRules, of('mpi', options));
  }
}
export interface MpiDistribution extends Attributes<ProcessDistributionOptions> {}

/**
 * Each process gets `MASTER_ADDR`, `RANK`, `WORLD_SIZE` …. @throws RequestError for a wrong name or value, also where an attribute is set.
 * Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.pytorchdistribution
 */
export class PyTorchDistribution extends Judged<ProcessDistributionOptions> {
  /** @param options Default: one process on each node. */
  constructor(options: ProcessCount = {}) {
    super(pytorchRules, of('pytorch', options));
  }
}
export interface PyTorchDistribution extends Attributes<ProcessDistributionOptions> {}

/**
 * Each process gets `TF_CONFIG`. @throws RequestError for a wrong name or value, also where an attribute is set.
 * Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.tensorflowdistribution
 */
export class TensorFlowDistribution extends Judged<TensorFlowDistributionOptions> {
  /** @param options Default: a worker on each node, and no parameter servers. */
  constructor(options: TensorFlowCounts = {}) {
    super(tensorFlowRules, of('tensorflow', options));
  }
}
export interface TensorFlowDistribution extends Attributes<TensorFlowDistributionOptions> {}

/** What is no object is left to the judge. */
function of(type: DistributionOptions['type'], options: unknown): unknown {
  return typeof options === 'object' && options !== null ? { type, ...options } : options;
}
