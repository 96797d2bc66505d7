/** The arguments of a step as words of a command line. */
import type { StepDescription, Word } from '../graph/step-description.ts';
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
      return `\${{outputs.${argument.output.name}}}`;
  }
}
