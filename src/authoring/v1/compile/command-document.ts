/** The keys of a command step's work, with the values that a submission gives its parameters. */
import { type Document, defined, mapValues } from '../../document.ts';
import { environmentDocument } from '../config/environment.ts';
import type { CommandWork, StepDescription } from '../graph/step-description.ts';
import { argumentWords } from './argument-words.ts';
import { withSources } from './output-source.ts';
import type { ParameterValues } from './parameter-values.ts';
import { runScale } from './run-scale.ts';

/** @throws RequestError for a count that is no whole number. */
export function commandDocument(step: StepDescription, work: CommandWork, parameters: ParameterValues): Document {
  const { runconfig } = work;
  const { instanceCount, distribution } = runScale(work, (value) => parameters.literal<string | number>(value));
  const { environment, environmentVariables, maxRunDurationSeconds: timeout } = runconfig;
  const params = Object.entries(work.params).map(([name, value]) => [
    `AML_PARAMETER_${name}`,
    String(parameters.literal<string | number | boolean>(value)),
  ]);
  return defined({
    command: withSources([work.command, ...argumentWords(step, parameters)].join(' '), step),
    code: work.directory,
    environment: environment === undefined ? undefined : environmentDocument(environment),
    environment_variables: mapValues(
      { ...environment?.environmentVariables, ...environmentVariables, ...Object.fromEntries(params) },
      String,
    ),
    distribution,
    resources: { instance_count: instanceCount },
    limits: timeout === undefined ? undefined : { timeout },
  });
}
