import { mapping, nonEmpty } from '../../language/schema/fields.ts';
import { mapValues } from '../document.ts';
import { judged } from '../options/judge.ts';
import { define } from '../options/rules.ts';
import type { SettingsOf } from './component.ts';
import type { InputPorts, OutputPorts } from './component-shape.ts';
import { Job } from './job.ts';
import { outputsRule } from './output.ts';
import { type ParallelWorkOptions, workRules } from './settings.ts';
import { inputLikeRule } from './values.ts';

/** Source: https://learn.microsoft.com/azure/machine-learning/reference-yaml-job-parallel */
export interface ParallelJobOptions<O extends OutputPorts> extends ParallelWorkOptions {
  /** The name of the job; unique. Default: made up. */
  readonly name?: string | undefined;
  /** What it is given, by name: an Input, its options, or a literal. */
  readonly inputs?: InputPorts | undefined;
  /** Where its outputs go, by name. */
  readonly outputs?: O | undefined;
}

const rules = define<ParallelJobOptions<OutputPorts>>('ParallelJob')({
  ...workRules.parallel,
  name: nonEmpty(''),
  inputs: mapping('', inputLikeRule),
  outputs: outputsRule,
});

/** A parallel job that stands alone. Its settings can be set. @throws RequestError with everything that is wrong. */
export class ParallelJob<const O extends OutputPorts = Readonly<Record<never, never>>> extends Job<O> {
  /** @param options `task` and `inputData` are needed. */
  constructor(options: ParallelJobOptions<O>) {
    const { name, inputs = {}, outputs = {}, ...settings } = judged(rules, options);
    super({
      type: 'parallel',
      name,
      inputs: mapValues(inputs, (value) => ({ type: undefined, value })),
      outputs: mapValues<OutputPorts[string], { type: OutputPorts[string]['type']; given: OutputPorts[string] }>(outputs, (given) => ({
        type: given.type,
        given,
      })),
      settings,
      own: {},
      base: {},
    });
  }
}
// biome-ignore lint/correctness/noUnusedVariables: an interface beside a class has the parameters of the class
export interface ParallelJob<O extends OutputPorts> extends SettingsOf<ParallelWorkOptions> {}
