import { RequestError } from '../../errors/types.ts';
import { isRecord } from '../../language/check.ts';
import { componentFromObject, nearest } from '../../language/index.ts';
import { mapping, nonEmpty, version as versionRule } from '../../language/schema/fields.ts';
import { type Document, defined, mapValues } from '../document.ts';
import { judged } from '../options/judge.ts';
import { givenTo } from '../options/judged.ts';
import { define } from '../options/rules.ts';
import { inOurWords } from '../options/words.ts';
import { callComponent, judgeCall } from './call.ts';
import { type ComponentJob, canBeRegistered } from './component.ts';
import type { ComponentShape, DeclaredInput, InputPorts, OutputPorts, StepInputs } from './component-shape.ts';
import { inPipeline, type PipelineContext } from './context.ts';
import { declaredInput, type Input, portDocument } from './input.ts';
import type { Output, OutputOptions } from './output.ts';
import { type PipelineSettingsOptions, type PipelineWorkOptions, pipelineSettingRules, workRules } from './settings.ts';
import { type InputLike, isDataType, isOutputIn, literalType, PipelineInput, portTypeOf, StepOutput, typeOfOutput } from './values.ts';

/** Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.dsl#azure-ai-ml-dsl-pipeline */
export interface PipelineOptions extends PipelineSettingsOptions, Omit<PipelineWorkOptions, 'settings'> {
  /** What the pipeline is called: the name of a step made from it, and the display name of a job. */
  readonly name?: string | undefined;
  /** The version that it is registered under. Default: the next number. */
  readonly version?: string | undefined;
  /**
   * What it takes, by name, as components declare it: with types and defaults. Needed to register it, and where a default is wanted;
   * else its inputs are those that the function's parameter names.
   */
  readonly inputs?: InputPorts | undefined;
}

/** As `PipelineOptions`, with its inputs declared. */
export interface DeclaredPipelineOptions<I extends InputPorts> extends PipelineOptions {
  /** What it takes, by name, as components declare it: with types and defaults. */
  readonly inputs: I;
}

/** Inputs as the pipeline function sees them. */
export type DeclaredInputs<P> = { readonly [K in keyof P]: Input | undefined };

/** Inputs as a caller gives them: for each name data, a literal, or an output of a step. */
export type PipelineInputs<P> = { readonly [K in keyof P]: InputLike | Exclude<P[K], Input> };

/** What the call of a pipeline function may say besides its inputs. */
export type PipelineCallOptions<R> = PipelineWorkOptions & {
  /** The job's name (unique; default: made up), or the step's inside another pipeline. */
  readonly name?: string | undefined;
  /** Where its outputs go, by name. */
  readonly outputs?: { readonly [K in keyof OutputsOf<R>]?: Output | OutputOptions | undefined } | undefined;
};

/** The outputs of a pipeline whose function returns R: those, or nothing. */
export type OutputsOf<R> = R extends PipelineOutputs ? { readonly [K in keyof R]: OutputOptions } : Readonly<Record<never, never>>;

/** A job of a pipeline, or the step that it is in another one. */
export type PipelineJob<P, R> = ComponentJob<P, OutputsOf<R>, PipelineWorkOptions>;

/** Call it with its inputs for a job, or inside another pipeline function for a step of that one. */
export type PipelineFunction<P, R> = (
  ...args: Record<never, never> extends P
    ? [inputs?: PipelineInputs<P>, options?: PipelineCallOptions<R>]
    : [inputs: PipelineInputs<P>, options?: PipelineCallOptions<R>]
) => PipelineJob<P, R>;

/** As `PipelineFunction`, of a pipeline whose options declare its inputs: those that are not given have their defaults. */
export type DeclaredPipelineFunction<I, R> = (inputs?: StepInputs<I>, options?: PipelineCallOptions<R>) => PipelineJob<I, R>;

/** What a pipeline function returns: outputs of its steps, under the names that they are to have. */
export type PipelineOutputs = Readonly<Record<string, StepOutput>>;
type AnyBuild = (inputs: Record<string, Input>) => PipelineOutputs | undefined;

const { settings: _settings, ...described } = workRules.pipeline;
const rules = define<PipelineOptions>('pipeline')({
  ...described,
  ...pipelineSettingRules,
  name: nonEmpty(''),
  version: versionRule(''),
  inputs: mapping('', declaredInput),
});

/**
 * A pipeline from a function: every component called in it is a step, values are wired by giving a step's outputs to another's
 * inputs, and the outputs that it returns are the pipeline's own. Names of inputs and outputs are checked by the compiler.
 * The function runs once for each call. @throws RequestError (the call does) with everything that is wrong.
 */
export function pipeline<const I extends InputPorts, R extends PipelineOutputs | undefined | void>(
  options: DeclaredPipelineOptions<I>,
  build: (inputs: { readonly [K in keyof I]: Input }) => R,
): DeclaredPipelineFunction<I, R>;
export function pipeline<
  P extends DeclaredInputs<P> = Readonly<Record<string, Input>>,
  R extends PipelineOutputs | undefined | void = void,
>(options: PipelineOptions, build: (inputs: P) => R): PipelineFunction<P, R>;
export function pipeline<
  P extends DeclaredInputs<P> = Readonly<Record<string, Input>>,
  R extends PipelineOutputs | undefined | void = void,
>(build: (inputs: P) => R): PipelineFunction<P, R>;
export function pipeline(first: unknown, second?: unknown): unknown {
  const [given, build] = typeof first === 'function' ? [{}, first] : [first, second];
  const options = judged(rules, given);
  if (typeof build !== 'function')
    throw new RequestError({ code: 'missing-function', message: 'pipeline() needs a function that makes the steps.' });
  const call = (inputs: unknown = {}, callOptions: unknown = {}) =>
    inOurWords(() => callPipeline(options, build as AnyBuild, inputs, callOptions));
  canBeRegistered(call, () => ({ name: options.name, spec: registrableSpec(options, build as AnyBuild) }));
  return Object.defineProperty(call, 'name', { value: options.name ?? '' });
}

function callPipeline(options: PipelineOptions, build: AnyBuild, inputs: unknown, callOptions: unknown): unknown {
  const declared = options.inputs === undefined ? undefined : mapValues<InputPorts[string], DeclaredInput>(options.inputs, declaredWith);
  const given: Readonly<Record<string, InputLike>> = isRecord(inputs) ? (defined({ ...inputs }) as Record<string, InputLike>) : {};
  // What the function returns is known when it has run; names of outputs are judged then.
  judgeCall({ type: 'pipeline', name: options.name, inputs: declared ?? given, outputs: undefined }, inputs, callOptions);
  const ports = declared ?? mapValues(given, (value) => ({ type: portTypeOf(value) }));
  const shape = shapeOf(options, ports, build, declared === undefined ? refuseUnread : () => undefined);
  judgeCall(shape, inputs, callOptions);
  return callComponent<OutputPorts>(shape, given, Object(callOptions));
}

/** The pipeline with what its function makes of inputs of these types. */
function shapeOf(
  options: PipelineOptions,
  ports: Readonly<Record<string, DeclaredInput>>,
  build: AnyBuild,
  judgeReading: (given: readonly string[], read: ReadonlySet<string>) => void,
): ComponentShape {
  return inPipeline((context) => {
    const read = new Set<string>();
    const inputs = watched(
      mapValues(ports, ({ type }, key) => new PipelineInput(key, type, context)),
      read,
    );
    const returned = checkReturned(build(inputs), context);
    judgeReading(Object.keys(ports), read);
    const jobs = Object.fromEntries(context.members.map((step) => [String(step.name), bindOutputs(step.document(), step.name, returned)]));
    const {
      name,
      version,
      displayName = name,
      description,
      tags,
      properties,
      experimentName,
      compute,
      inputs: declared,
      ...settings
    } = options;
    const about = defined({ display_name: displayName, description, tags });
    const said = { ...about, ...(Object.keys(settings).length === 0 ? {} : { settings: yamlSettings(settings) }) };
    const outputs = mapValues(returned, (output) => ({ type: typeOfOutput(output) }));
    return {
      type: 'pipeline',
      name,
      component: {
        type: 'pipeline',
        ...defined({ name, version }),
        ...said,
        inputs: mapValues(ports, ({ type }, key) => (declared?.[key] === undefined ? { type } : declaration(declared[key]))),
        outputs,
        jobs,
      },
      inputs: ports,
      outputs,
      // What a step says of where its output goes holds for the pipeline's.
      outputValues: mapValues(returned, (output) => ({ ...givenTo<OutputOptions>(output), type: typeOfOutput(output) })),
      running: {},
      own: defined({ displayName, description, tags, properties, experimentName, compute, settings }),
      alone: { ...defined({ experiment_name: experimentName, properties, compute }), ...said, jobs },
    };
  });
}

function yamlSettings({ defaultCompute, defaultDatastore, continueOnStepFailure, forceRerun }: PipelineSettingsOptions): Document {
  return defined({
    default_compute: defaultCompute,
    default_datastore: defaultDatastore,
    continue_on_step_failure: continueOnStepFailure,
    force_rerun: forceRerun,
  });
}

/** Without its inputs declared, nobody could say what it takes. */
function registrableSpec(options: PipelineOptions, build: AnyBuild) {
  const ports = mapValues<InputPorts[string], DeclaredInput>(options.inputs ?? {}, declaredWith);
  const { component } = shapeOf(options, ports, build, (_given, read) => {
    const undeclared = [...read].filter((name) => !Object.hasOwn(ports, name));
    if (undeclared.length === 0) return;
    throw new RequestError({
      code: 'undeclared-input',
      message: `The pipeline function reads the inputs ${undeclared.join(', ')}, whose types nobody says.`,
      hint: "Declare them to register it: pipeline({ name, inputs: { texts: { type: 'uri_folder' } } }, …).",
    });
  });
  return inOurWords(() => componentFromObject(component, { baseDirectory: process.cwd() }).spec);
}

function declaredWith(port: InputPorts[string]): DeclaredInput {
  if (typeof port !== 'object') return { type: literalType(port), value: port };
  const { type = 'uri_folder', path, default: value } = port;
  if (path !== undefined) return { type, value: port };
  return !isDataType(type) && value !== undefined ? { type, value } : { type };
}

function declaration(port: InputPorts[string]): Document {
  return typeof port === 'object' ? portDocument(port) : { type: literalType(port), default: port };
}

/** Notes which names are read. */
function watched(inputs: Record<string, Input>, read: Set<string>): Record<string, Input> {
  return new Proxy(inputs, {
    get(target, name) {
      if (typeof name === 'string') read.add(name);
      return Reflect.get(target, name);
    },
  });
}

/** An input that the function never reads is one that was misspelt, here or there. */
function refuseUnread(given: readonly string[], read: ReadonlySet<string>): void {
  const unread = given.filter((name) => !read.has(name));
  if (unread.length === 0) return;
  const open = [...read].filter((name) => !given.includes(name));
  throw new RequestError(
    unread.map((name) => {
      const near = nearest(name, open);
      const known = read.size === 0 ? 'It reads none.' : `It reads: ${[...read].join(', ')}.`;
      return {
        code: 'unknown-input',
        path: `inputs.${name}`,
        message: `The pipeline has no input ${JSON.stringify(name)}: its function never reads it.`,
        hint: near === undefined ? known : `Did you mean ${JSON.stringify(near)}?`,
      };
    }),
  );
}

/** The step's outputs that the pipeline returns are the pipeline's. */
function bindOutputs(step: Document, stepName: string | undefined, returned: PipelineOutputs): Document {
  const bound = Object.entries(returned).filter(([, output]) => output.step === stepName);
  const outputs: Record<string, unknown> = { ...Object(step.outputs) };
  for (const [name, output] of bound) outputs[output.portName] = `\${{parent.outputs.${name}}}`;
  return { ...step, outputs };
}

function checkReturned(returned: unknown, context: PipelineContext): PipelineOutputs {
  const seen = new Map<StepOutput, string>();
  for (const [name, output] of Object.entries(isRecord(returned) ? returned : {})) {
    if (!(output instanceof StepOutput) || !isOutputIn(output, context)) {
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
        message: `The pipeline returns the output ${JSON.stringify(output.portName)} of ${JSON.stringify(output.step)} as ${JSON.stringify(other)} and as ${JSON.stringify(name)}; one output has one name.`,
      });
    }
    seen.set(output, name);
  }
  return (returned ?? {}) as PipelineOutputs;
}
