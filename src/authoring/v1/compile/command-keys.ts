/** The keys of a command step's work, with the values that a submission gives its parameters. */
import { type Document, defined } from '../../document.ts';
import { environmentDocument } from '../config/environment.ts';
import type { CommandWork, StepDescription } from '../graph/step-description.ts';
import { argumentWords } from './argument-words.ts';
import type { ParameterValues } from './parameter-values.ts';
import { runScale } from './run-scale.ts';

/** @throws RequestError for a count that is no whole number. */
export function commandKeys(step: StepDescription, work: CommandWork, parameters: ParameterValues): Document {
  const { runconfig, runconfigParameters } = work;
  const { instanceCount, distribution } = runScale(runconfig, runconfigParameters, (value) => parameters.literal<string | number>(value));
  const { environment, environmentVariables, maxRunDurationSeconds: timeout } = runconfig;
  const params = Object.entries(work.params).map(([name, value]) => [
    `AML_PARAMETER_${name}`,
    String(parameters.literal<string | number | boolean>(value)),
  ]);
  return defined({
    command: [work.command, ...argumentWords(step, parameters)].join(' '),
    code: work.directory,
    environment: environment === undefined ? undefined : environmentDocument(environment),
    environment_variables: { ...environment?.environmentVariables, ...environmentVariables, ...Object.fromEntries(params) },
    distribution,
    resources: { instance_count: instanceCount },
    limits: timeout === undefined ? undefined : { timeout },
  });
}
