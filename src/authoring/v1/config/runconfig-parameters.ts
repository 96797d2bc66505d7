import { PipelineParameter } from '../data/pipeline-parameter.ts';
import { invalid, shown } from '../invalid.ts';

/** The properties of a run configuration that pipeline parameters may set. */
export const RUNCONFIG_PARAMETERS = [
  'NodeCount',
  'MpiProcessCountPerNode',
  'TensorflowWorkerCount',
  'TensorflowParameterServerCount',
] as const;
/** The name of one of them. */
export type RunconfigParameter = (typeof RUNCONFIG_PARAMETERS)[number];
/** Pipeline parameters by the property that they set. */
export type RunconfigParameters = {
  readonly [K in RunconfigParameter]?: PipelineParameter | undefined;
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
