/** The arguments of a step as words of a command line. */
import { DatasetConsumptionConfig } from '../data/consumption.ts';
import { type Argument, asOutput, readOutput } from '../data/inputs.ts';
import { isLiteral, PipelineParameter } from '../data/pipeline-parameter.ts';
import type { StepDescription } from '../graph/step-description.ts';
import { invalid } from '../invalid.ts';
import type { ParameterValues } from './parameter-values.ts';
import { word } from './words.ts';

/** @throws RequestError for an argument that the step neither reads nor writes. */
export function argumentWords(step: StepDescription, parameters: ParameterValues): readonly string[] {
  return step.arguments.map((argument) => argumentWord(argument, step, parameters));
}

function argumentWord(argument: Argument, step: StepDescription, parameters: ParameterValues): string {
  if (isLiteral(argument) || argument instanceof PipelineParameter) return word(parameters.literal(argument));
  if (argument instanceof DatasetConsumptionConfig) return `\${{inputs.${argument.name}}}`;
  const { origin, name } = asOutput(argument);
  const written = step.outputs.map(asOutput).find((output) => output.origin === origin);
  if (written !== undefined) return `\${{outputs.${written.name}}}`;
  const read = step.inputs.find((input) => readOutput(input)?.origin === origin);
  if (read !== undefined) return `\${{inputs.${read.name}}}`;
  throw invalid('arguments', `${name} is neither an input nor an output of the step ${step.name}.`);
}
