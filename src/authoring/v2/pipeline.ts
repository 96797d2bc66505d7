import { RequestError } from '../../errors/types.ts';
import { type Document, defined, mapValues } from '../document.ts';
import { callComponent, type GivenInputs } from './call.ts';
import type { ComponentShape } from './component-shape.ts';
import { collectSteps, type PipelineContext } from './context.ts';
import type { Input } from './input.ts';
import type { Job, OutputPorts } from './job.ts';
import type { OutputOptions } from './output.ts';
import { type InputLike, PipelineInput, portTypeOf, StepOutput } from './values.ts';

export interface PipelineOptions {
  /** What the pipeline is called: the name of a step made from it, and the display name of a job. */
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly experimentName?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Where steps run that do not say it themselves. */
  readonly defaultCompute?: string | undefined;
  readonly defaultDatastore?: string | undefined;
  /** After a failed step, go on with those that do not depend on it. Default: false. */
  readonly continueOnStepFailure?: boolean | undefined;
  /** Run every step, also those whose finished outputs could be taken. Default: false. */
  readonly forceRerun?: boolean | undefined;
}

/** Inputs as the pipeline function sees them. */
type Declared<P> = { readonly [K in keyof P]: Input | undefined };

/** Inputs as a caller gives them: for each name data, a literal, or an output of a step. */
export type PipelineInputs<P> = { readonly [K in keyof P]: InputLike | Exclude<P[K], Input> };

export interface PipelineCallOptions<R> {
  /** The job's name (unique; default: made up), or the step's inside another pipeline. */
  readonly name?: string | undefined;
  readonly outputs?: { readonly [K in keyof R]?: OutputOptions | undefined } | undefined;
}

type OutputsOf<R> = { readonly [K in keyof R]: OutputOptions };

/** Call it with its inputs for a job, or inside another pipeline function for a step of that one. */
export type PipelineFunction<P, R> = (
  ...args: Record<never, never> extends P
    ? [inputs?: PipelineInputs<P>, options?: PipelineCallOptions<R>]
    : [inputs: PipelineInputs<P>, options?: PipelineCallOptions<R>]
) => Job<OutputsOf<R>>;

type Returned = Readonly<Record<string, StepOutput>>;
type NoOutputs = Readonly<Record<never, never>>;
type AnyBuild = (inputs: Record<string, Input>) => Returned | undefined;

/**
 * A pipeline from a function: every component called in it is a step, values are wired by giving a step's outputs to another's
 * inputs, and the outputs that it returns are the pipeline's own. Names of inputs and outputs are checked by the compiler.
 * The function runs once for each call. @throws RequestError (the call does) with everything that is wrong.
 */
export function pipeline<P extends Declared<P> = Readonly<Record<string, Input>>, R extends Returned = NoOutputs>(
  options: PipelineOptions,
  build: (inputs: P) => R,
): PipelineFunction<P, R>;
export function pipeline<P extends Declared<P> = Readonly<Record<string, Input>>>(
  options: PipelineOptions,
  build: (inputs: P) => undefined,
): PipelineFunction<P, NoOutputs>;
export function pipeline<P extends Declared<P> = Readonly<Record<string, Input>>, R extends Returned = NoOutputs>(
  build: (inputs: P) => R,
): PipelineFunction<P, R>;
export function pipeline<P extends Declared<P> = Readonly<Record<string, Input>>>(
  build: (inputs: P) => undefined,
): PipelineFunction<P, NoOutputs>;
export function pipeline(
  first: PipelineOptions | AnyBuild,
  second?: AnyBuild,
): (inputs?: GivenInputs, options?: PipelineCallOptions<OutputPorts>) => Job<OutputPorts> {
  const [options, build] = typeof first === 'function' ? [{}, first] : [first, second];
  if (build === undefined)
    throw new RequestError({ code: 'missing-function', message: 'pipeline() needs a function that makes the steps.' });
  return (inputs = {}, { name, outputs = {} } = {}) => {
    const given = Object.fromEntries(
      Object.entries(inputs).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
    );
    const ports = mapValues(given, portTypeOf);
    const collected = collectSteps((context) => build(mapValues(ports, (type, key) => new PipelineInput(key, type, context))));
    const definition = definePipeline(options, ports, collected.context, checkReturned(collected.returned, collected.context));
    return callComponent<OutputPorts>(definition, given, defined({ name, outputs, description: options.description }));
  };
}

function definePipeline(
  options: PipelineOptions,
  ports: Readonly<Record<string, ReturnType<typeof portTypeOf>>>,
  context: PipelineContext,
  returned: Returned,
): ComponentShape {
  const { name, displayName, description, experimentName, tags } = options;
  const jobs = mapValues(Object.fromEntries(context.steps), (step, key) => bindOutputs(step, key, returned));
  const settings = defined({
    default_compute: options.defaultCompute,
    default_datastore: options.defaultDatastore,
    continue_on_step_failure: options.continueOnStepFailure,
    force_rerun: options.forceRerun,
  });
  const described = defined({ display_name: displayName ?? name, description, tags });
  const outputs = mapValues(returned, (output) => ({ type: output.type }));
  return {
    type: 'pipeline',
    name,
    component: { type: 'pipeline', ...defined({ name }), ...described, inputs: mapValues(ports, (type) => ({ type })), outputs, jobs },
    inputs: mapValues(ports, (type) => ({ type })),
    outputs,
    // What a step says of where its output goes holds for the pipeline's.
    outputValues: mapValues(returned, ({ step, name: output, type }) => ({
      type,
      ...Object(Object(context.steps.get(step)?.outputs)[output]),
    })),
    running: {},
    alone: {
      ...described,
      ...defined({ experiment_name: experimentName }),
      ...(Object.keys(settings).length === 0 ? {} : { settings }),
      jobs,
    },
  };
}

/** The step's outputs that the pipeline returns are the pipeline's. */
function bindOutputs(step: Document, key: string, returned: Returned): Document {
  const bound = Object.entries(returned).filter(([, output]) => output.step === key);
  const outputs: Record<string, unknown> = { ...Object(step.outputs) };
  for (const [name, output] of bound) outputs[output.name] = `\${{parent.outputs.${name}}}`;
  return { ...step, outputs };
}

function checkReturned(returned: Returned | undefined, context: PipelineContext): Returned {
  const seen = new Map<StepOutput, string>();
  for (const [name, output] of Object.entries(returned ?? {})) {
    if (!(output instanceof StepOutput) || output.context !== context) {
      throw new RequestError({
        code: 'bad-pipeline-output',
        message: `The pipeline returns ${JSON.stringify(name)}, which is no output of one of its steps.`,
        hint: 'Return outputs of steps by name: { scores: step.outputs.scores }.',
      });
    }
    const other = seen.get(output);
    if (other !== undefined) {
      throw new RequestError({
        code: 'bad-pipeline-output',
        message: `The pipeline returns the output ${JSON.stringify(output.name)} of ${JSON.stringify(output.step)} as ${JSON.stringify(other)} and as ${JSON.stringify(name)}; one output has one name.`,
      });
    }
    seen.set(output, name);
  }
  return returned ?? {};
}
