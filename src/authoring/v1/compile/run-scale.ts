/** From what a run configuration says of processes to the keys of the job language. */
import type { Document } from '../../document.ts';
import { type DistributedConfiguration, MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration } from '../config/distributed.ts';
import type { RunConfiguration } from '../config/run-configuration.ts';
import type { RunconfigParameter, RunconfigParameters } from '../config/runconfig-parameters.ts';
import type { Parameterized } from '../data/pipeline-parameter.ts';
import type { CommandWork } from '../graph/step-description.ts';
import { invalid, shown } from '../invalid.ts';

export interface RunScale {
  readonly instanceCount: number;
  readonly distribution?: Document;
}

/** `literal`: what a parameter stands for in this submission. @throws RequestError for a count that is no whole number. */
export function runScale(
  { runconfig, runconfigParameters: parameters, stepType }: Pick<CommandWork, 'runconfig' | 'runconfigParameters' | 'stepType'>,
  literal: (value: Parameterized<number | string>) => unknown,
): RunScale {
  const count = (name: RunconfigParameter, otherwise: number, min = 1): number => {
    const parameter = parameters[name];
    const value = parameter === undefined ? otherwise : Number(literal(parameter));
    if (Number.isInteger(value) && value >= min) return value;
    throw invalid(
      name,
      `${name} must be a whole number from ${min} on, found ${shown(parameter === undefined ? otherwise : literal(parameter))}.`,
    );
  };
  const instanceCount = count('NodeCount', runconfig.nodeCount);
  const isEstimator = stepType === 'EstimatorStep';
  // An estimator of several nodes runs on all of them.
  const chosen = distributionOf(runconfig, parameters) ?? (isEstimator && instanceCount > 1 ? runconfig.mpi : undefined);
  if (chosen instanceof MpiConfiguration) {
    return {
      instanceCount,
      distribution: { type: 'mpi', process_count_per_instance: count('MpiProcessCountPerNode', chosen.processCountPerNode) },
    };
  }
  if (chosen instanceof TensorflowConfiguration) {
    const worker_count = count('TensorflowWorkerCount', chosen.workerCount);
    const parameter_server_count = count('TensorflowParameterServerCount', chosen.parameterServerCount, 0);
    return { instanceCount, distribution: { type: 'tensorflow', worker_count, parameter_server_count } };
  }
  if (chosen instanceof PyTorchConfiguration) {
    const process_count_per_instance = Math.max(1, Math.ceil((chosen.processCount ?? instanceCount) / instanceCount));
    return { instanceCount, distribution: { type: 'pytorch', process_count_per_instance } };
  }
  return { instanceCount };
}

function distributionOf(runconfig: RunConfiguration, parameters: RunconfigParameters): DistributedConfiguration | undefined {
  if (runconfig.distribution !== undefined) return runconfig.distribution;
  switch (runconfig.communicator) {
    case 'Mpi':
    case 'OpenMpi':
    case 'IntelMpi':
      return runconfig.mpi;
    case 'ParameterServer':
      return runconfig.tensorflow;
    case 'Nccl':
    case 'Gloo':
      return new PyTorchConfiguration({ communicationBackend: runconfig.communicator, nodeCount: runconfig.nodeCount });
    case 'None':
      if (parameters.MpiProcessCountPerNode !== undefined) return runconfig.mpi;
      return parameters.TensorflowWorkerCount !== undefined || parameters.TensorflowParameterServerCount !== undefined
        ? runconfig.tensorflow
        : undefined;
  }
}
