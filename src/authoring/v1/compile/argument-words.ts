/** The arguments of a step as words of a command line. */

import type { OutputDescription } from '../data/descriptions.ts';
import type { StepDescription, Word } from '../graph/step-description.ts';
import { outputSource } from './output-source.ts';
import type { ParameterValues } from './parameter-values.ts';
import { word } from './words.ts';

/** @throws RequestError for a parameter that stands for a dataset. */
export function argumentWords({ words }: StepDescription, parameters: ParameterValues): readonly string[] {
  return words.map((each) => argumentWord(each, parameters));
}

function argumentWord(argument: Word, parameters: ParameterValues): string {
  switch (argument.kind) {
    case 'value':
      return word(parameters.literal(argument.value));
    case 'input':
      return `\${{inputs.${argument.name}}}`;
    case 'output':
      return outputWord(argument.output);
  }
}

function outputWord(output: OutputDescription): string {
  return output.source === undefined ? `\${{outputs.${output.name}}}` : word(outputSource(output));
}
