import type { Literal } from '../../../language/types.ts';
import { invalid, shown } from '../invalid.ts';
import { type FilesDescription, isDataset, type RowsDescription } from './descriptions.ts';

/** What a parameter can stand for. */
export type ParameterValue = Literal | FilesDescription | RowsDescription;

export interface PipelineParameterOptions<T extends ParameterValue> {
  /** Unique in the pipeline; what a submission names it by. */
  readonly name: string;
  readonly defaultValue: T;
}

/** A value that a submission of the pipeline can override. Its arguments one by one or as one object. @throws RequestError for a default of another kind. */
export class PipelineParameter<T extends ParameterValue = ParameterValue> {
  readonly name: string;
  readonly defaultValue: T;

  constructor(...given: readonly [options: PipelineParameterOptions<T>] | readonly [name: string, defaultValue: T]) {
    const options: PipelineParameterOptions<T> = given.length === 1 ? given[0] : { name: given[0], defaultValue: given[1] };
    const { name, defaultValue } = options;
    if (typeof name !== 'string' || name === '') throw invalid('name', `A pipeline parameter needs a name, found ${shown(name)}.`);
    if (!isParameterValue(defaultValue)) {
      throw invalid('defaultValue', `The default of ${name} must be text, a number, a boolean or a dataset, found ${shown(defaultValue)}.`);
    }
    this.name = name;
    this.defaultValue = defaultValue;
  }
}

/** A value, or a parameter that stands for one. */
export type Parameterized<T extends Literal> = T | PipelineParameter<T>;

export function isLiteral(value: unknown): value is Literal {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isParameterValue(value: unknown): boolean {
  return isLiteral(value) || isDataset(value);
}

/** The value that holds when nothing is overridden. */
export function defaultOf<T extends Literal>(value: Parameterized<T>): T {
  return value instanceof PipelineParameter ? value.defaultValue : value;
}
