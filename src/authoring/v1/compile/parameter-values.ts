import { nearest } from '../../../language/near.ts';
import type { Literal } from '../../../language/types.ts';
import { type FilesDescription, isDataset, type RowsDescription } from '../data/descriptions.ts';
import { isLiteral, type ParameterValue, PipelineParameter } from '../data/pipeline-parameter.ts';
import { invalid, shown } from '../invalid.ts';

/** What the parameters of a pipeline stand for in one submission. */
export class ParameterValues {
  readonly all: ReadonlyMap<string, ParameterValue>;

  /**
   * @throws RequestError for a name that no parameter has, a value of another kind than the default, or one name with two defaults.
   */
  constructor(parameters: readonly PipelineParameter[], given: Readonly<Record<string, ParameterValue>>) {
    const values = new Map<string, ParameterValue>();
    for (const { name, defaultValue } of parameters) {
      const other = values.get(name);
      if (other !== undefined && other !== defaultValue) {
        throw invalid(
          'pipelineParameters',
          `Two pipeline parameters are called ${name} and have different defaults, ${shown(other)} and ${shown(defaultValue)}.`,
        );
      }
      values.set(name, defaultValue);
    }
    for (const [name, value] of Object.entries(given)) {
      const defaultValue = values.get(name);
      if (defaultValue === undefined) throw unknown(name, [...values.keys()]);
      if (kindOf(value) !== kindOf(defaultValue)) {
        throw invalid('pipelineParameters', `The pipeline parameter ${name} must be ${kindOf(defaultValue)}, found ${shown(value)}.`);
      }
      values.set(name, value);
    }
    this.all = values;
  }

  /** The value itself, or what the parameter stands for. @throws RequestError when that is a dataset. */
  literal<T extends Literal>(value: T | PipelineParameter<T> | PipelineParameter): T | Literal {
    const found = value instanceof PipelineParameter ? (this.all.get(value.name) ?? value.defaultValue) : value;
    if (isLiteral(found)) return found;
    throw invalid(
      'arguments',
      `The pipeline parameter ${shown(value)} is a dataset.`,
      'Give it to the step as new DatasetConsumptionConfig(name, parameter).',
    );
  }

  dataset(parameter: PipelineParameter): FilesDescription | RowsDescription {
    const found = this.all.get(parameter.name) ?? parameter.defaultValue;
    if (isDataset(found)) return found;
    throw invalid('inputs', `The pipeline parameter ${parameter.name} is no dataset.`);
  }
}

/** Text, too, is taken for a number: that is how parameters come from a command line. */
function kindOf(value: ParameterValue): string {
  if (isDataset(value) && value.kind === 'files') return 'a file dataset';
  if (isDataset(value)) return 'a tabular dataset';
  return isLiteral(value) ? 'text, a number or a boolean' : 'of a known kind';
}

function unknown(name: string, known: readonly string[]): Error {
  const near = nearest(name, known);
  const hint =
    near !== undefined ? `Did you mean ${near}?` : known.length === 0 ? 'The pipeline has none.' : `It has: ${known.join(', ')}.`;
  return invalid('pipelineParameters', `The pipeline has no parameter ${name}.`, hint);
}
