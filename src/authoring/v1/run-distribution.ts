/** From what a run configuration says of processes to the job language. */
import type { Distribution } from '../../language/types.ts';
import { type DistributedConfiguration, MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration } from './distributed.ts';
import { invalid, shown } from './invalid.ts';
import { type Parameterized, PipelineParameter } from './pipeline-parameter.ts';
import type { RunConfiguration } from './run-configuration.ts';

/** The properties of a run configuration that pipeline parameters may set. */
export const RUNCONFIG_PARAMETERS = [
  'NodeCount',
  'MpiProcessCountPerNode',
  'TensorflowWorkerCount',
  'TensorflowParameterServerCount',
] as const;
export type RunconfigParameter = (typeof RUNCONFIG_PARAMETERS)[number];
export type RunconfigParameters = {
  readonly [K in RunconfigParameter]?: PipelineParameter<number> | PipelineParameter<string> | undefined;
};

/** @throws RequestError for another property, or a value that is no parameter. */
export function checkRunconfigParameters(parameters: RunconfigParameters): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!RUNCONFIG_PARAMETERS.some((known) => known === name)) {
      throw invalid(
        'runconfigPipelineParams',
        `${name} cannot be set by a pipeline parameter. Allowed: ${RUNCONFIG_PARAMETERS.join(', ')}.`,
      );
    }
    if (value !== undefined && !(value instanceof PipelineParameter)) {
      throw invalid('runconfigPipelineParams', `${name} must be a PipelineParameter, found ${shown(value)}.`);
    }
  }
}

export interface RunScale {
  readonly instanceCount: number;
  readonly distribution?: Distribution;
}

/** `literal`: what a parameter stands for in this submission. @throws RequestError for a count that is no whole number. */
export function runScale(
  runconfig: RunConfiguration,
  parameters: RunconfigParameters,
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
  const chosen = distributionOf(runconfig, parameters);
  if (chosen instanceof MpiConfiguration) {
    return {
      instanceCount,
      distribution: { type: 'mpi', processCountPerInstance: count('MpiProcessCountPerNode', chosen.processCountPerNode) },
    };
  }
  if (chosen instanceof TensorflowConfiguration) {
    const workerCount = count('TensorflowWorkerCount', chosen.workerCount);
    const parameterServerCount = count('TensorflowParameterServerCount', chosen.parameterServerCount, 0);
    return { instanceCount, distribution: { type: 'tensorflow', workerCount, parameterServerCount } };
  }
  if (chosen instanceof PyTorchConfiguration) {
    const processCountPerInstance = Math.max(1, Math.ceil((chosen.processCount ?? instanceCount) / instanceCount));
    return { instanceCount, distribution: { type: 'pytorch', processCountPerInstance } };
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
