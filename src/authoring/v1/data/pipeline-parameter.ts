import type { Literal } from '../../../language/types.ts';
import { invalid, shown } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { judgedLater, nonEmptyText, type Rule, rule } from '../options/rules.ts';
import { type FilesDescription, isDataset, type RowsDescription } from './descriptions.ts';

/** What a parameter can stand for: text, a number, a boolean, or a dataset. */
export type ParameterValue = Literal | FilesDescription | RowsDescription;

/** What a PipelineParameter is made from. */
export interface PipelineParameterOptions<T extends ParameterValue> {
  /** Unique in the pipeline; what a submission names it by. */
  readonly name: string;
  /** What holds where a submission says nothing, and of which kind the values of submissions must be. */
  readonly defaultValue: T;
}

const OPTIONS = new Options<PipelineParameterOptions<ParameterValue>>('PipelineParameter', {
  name: nonEmptyText,
  defaultValue: judgedLater(),
});

/**
 * A value that a submission of the pipeline can override. `new PipelineParameter('size', 5)`, or its options as one object.
 *
 * Source: azureml.pipeline.core.PipelineParameter.
 */
export class PipelineParameter<T extends ParameterValue = ParameterValue> {
  /** Unique in the pipeline. */
  readonly name: string;
  /** What holds where a submission says nothing. */
  readonly defaultValue: T;

  /** @throws RequestError without a name, and for a default of another kind. */
  constructor(...given: readonly [options: PipelineParameterOptions<T>] | readonly [name: string, defaultValue: T]) {
    const { name, defaultValue } = OPTIONS.judge(arranged('PipelineParameter', ['name', 'defaultValue'], given));
    if (!isParameterValue(defaultValue)) {
      throw invalid('defaultValue', `The default of ${name} must be text, a number, a boolean or a dataset, found ${shown(defaultValue)}.`);
    }
    this.name = name;
    this.defaultValue = defaultValue as T;
  }
}

/** A value, or a parameter that stands for one: its default must be such a value, and what a submission gives. */
export type Parameterized<T extends Literal> = T | PipelineParameter;

/** What a parameter stands for is judged by its default now, and by its value at submission. */
export function parameterized<T extends Literal>(inner: Rule<T>): Rule<Parameterized<T>> {
  const accepts = (value: unknown): boolean => inner.accepts(value instanceof PipelineParameter ? value.defaultValue : value);
  return { ...rule<Parameterized<T>>(inner.expected, accepts), parameter: true };
}

export function isLiteral(value: unknown): value is Literal {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isParameterValue(value: unknown): value is ParameterValue {
  return isLiteral(value) || isDataset(value);
}

/** The value that holds when nothing is overridden. */
export function defaultOf(value: Literal | PipelineParameter): ParameterValue {
  return value instanceof PipelineParameter ? value.defaultValue : value;
}
