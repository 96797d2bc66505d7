/** What a component becomes when it is called: a step of the pipeline whose function runs, or a job that stands alone. */
import { type Problem, RequestError } from '../../errors/types.ts';
import { isRecord } from '../../language/check.ts';
import { suggestion } from '../../language/index.ts';
import { mapping, nonEmpty } from '../../language/schema/fields.ts';
import { type Document, defined, mapValues } from '../document.ts';
import { mistakesIn } from '../options/judge.ts';
import { type Definition, define } from '../options/rules.ts';
import type { AnyWorkOptions, ComponentShape, OutputPorts, StepOptions } from './component-shape.ts';
import { currentContext } from './context.ts';
import { Job } from './job.ts';
import { type OutputOptions, outputsRule } from './output.ts';
import { type CommandWorkOptions, type ParallelWorkOptions, type PipelineWorkOptions, workRules } from './settings.ts';
import { type InputLike, inputLikeRule } from './values.ts';

type CallOptions<S> = S & { readonly name?: string | undefined; readonly outputs?: unknown };

const own = { name: nonEmpty(''), outputs: outputsRule };
const CALLS: Readonly<Record<ComponentShape['type'], Definition<object>>> = {
  parallel: define<CallOptions<ParallelWorkOptions>>('The call of a parallel component')({ ...workRules.parallel, ...own }),
  command: define<CallOptions<CommandWorkOptions>>('The call of a command')({ ...workRules.command, ...own }),
  pipeline: define<CallOptions<PipelineWorkOptions>>('The call of a pipeline')({ ...workRules.pipeline, ...own }),
};
const givenRules = define<{ readonly inputs?: unknown }>('inputs')({ inputs: mapping('', inputLikeRule.optional()) });

/** What is called; `outputs` undefined: they are not known yet. */
interface Called extends Pick<ComponentShape, 'type' | 'name'> {
  readonly inputs: object;
  readonly outputs: object | undefined;
}

/** @throws RequestError for names that are not there and values that are not allowed. */
export function judgeCall({ type, name, inputs, outputs }: Called, given: unknown, options: unknown): void {
  const what = name === undefined ? `This ${type === 'parallel' ? 'parallel component' : type}` : `${JSON.stringify(name)}`;
  const toOutputs = isRecord(options) ? options.outputs : undefined;
  const problems = [
    ...mistakesIn(givenRules, { inputs: given }),
    ...unknownNames(what, 'input', given, inputs),
    ...mistakesIn(CALLS[type], options),
    ...(outputs === undefined ? [] : unknownNames(what, 'output', toOutputs, outputs)),
  ];
  if (problems.length > 0) throw new RequestError(problems);
}

function unknownNames(what: string, kind: 'input' | 'output', given: unknown, known: object): readonly Problem[] {
  const names = Object.keys(known);
  return Object.keys(isRecord(given) ? given : {})
    .filter((name) => !names.includes(name))
    .map((name) => ({
      code: `unknown-${kind}`,
      path: `${kind}s.${name}`,
      message: `${what} has no ${kind} ${JSON.stringify(name)}.`,
      hint: suggestion(name, names, kind),
    }));
}

export type GivenInputs = Readonly<Record<string, InputLike | undefined>>;

/** Of a call that was judged. */
export function callComponent<O extends OutputPorts>(
  shape: ComponentShape,
  given: GivenInputs,
  options: StepOptions<O, AnyWorkOptions>,
): Job<O> {
  const { name, outputs = {}, ...settings } = options;
  const written: Readonly<Record<string, OutputOptions | undefined>> = { ...outputs };
  const context = currentContext();
  return new Job<O>({
    type: shape.type,
    name: context === undefined ? name : context.freeName(name ?? shape.name ?? shape.type, name !== undefined),
    inputs: mapValues(shape.inputs, ({ type, value }, key) => ({ type, value: given[key] ?? value })),
    outputs: mapValues(shape.outputs, ({ type }, key) => ({ type, given: written[key] ?? shape.outputValues[key] })),
    settings: { ...shape.running, ...defined(settings) },
    own: shape.own,
    base: context === undefined ? aloneDocument(shape) : { component: shape.component },
    context,
  });
}

function aloneDocument({ name, component, alone }: ComponentShape): Document {
  return alone ?? { ...defined({ display_name: name }), component };
}
