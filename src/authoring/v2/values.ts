/** What an input can be given, and how that stands in a document. */
import * as z from 'zod';
import { RequestError } from '../../errors/types.ts';
import { isRecord } from '../../language/check.ts';
import type { DataType, InputMode, Literal, PrimitiveType } from '../../language/types.ts';
import { localPath } from '../document.ts';
import { judged } from '../options/judge.ts';
import { type Attributes, Closed, givenTo, Judged } from '../options/judged.ts';
import { define } from '../options/rules.ts';
import { currentContext, type PipelineContext } from './context.ts';
import { dataDocument, Input, type InputOptions, inputRules } from './input.ts';
import { type OutputOptions, outputRules } from './output.ts';

/** What a port takes. */
export type PortType = DataType | PrimitiveType;

/** An input of a pipeline as its function receives it: a value that is known when the pipeline runs. @internal */
export class PipelineInput extends Input {
  readonly #text: string;
  readonly #portType: PortType;
  readonly #context: PipelineContext;
  constructor(name: string, portType: PortType, context: PipelineContext) {
    super();
    this.#text = `\${{parent.inputs.${name}}}`;
    this.#portType = portType;
    this.#context = context;
    for (const key of inputRules.keys) {
      const value = key === 'path' ? this.#text : key === 'type' ? portType : undefined;
      Object.defineProperty(this, key, { enumerable: true, get: () => value, set: () => this.#refuse(key) });
    }
  }

  get portType(): PortType {
    return this.#portType;
  }

  /** @throws RequestError outside of the pipeline whose input it is. */
  expression(): string {
    if (this.#context === currentContext()) return this.#text;
    throw new RequestError({
      code: 'foreign-input',
      message: `${this.#text} can only be used in the pipeline function that received it.`,
      hint: 'Give it to the inner pipeline as one of its inputs.',
    });
  }

  override toJSON(): unknown {
    return this.#text;
  }

  override toString(): string {
    return this.#text;
  }

  #refuse(key: string): void {
    throw new RequestError({
      code: 'pipeline-input',
      path: key,
      message: `${this.#text} is given by the caller of the pipeline, and cannot be changed in its function.`,
      hint: "Set it at the step that uses it: step.inputs.NAME.mode = 'direct'.",
    });
  }
}

/** @internal */
export let typeOfOutput: (output: StepOutput) => DataType;
/** @internal */
export let isOutputIn: (output: StepOutput, context: PipelineContext) => boolean;

/**
 * An output of a step, to be given to another step or returned from the pipeline. Where it goes can be set
 * (`step.outputs.scores.path = './out'`). @throws RequestError, where an attribute is set, for a value that is not allowed.
 */
export class StepOutput extends Judged<OutputOptions> {
  readonly #owner: { readonly name: string | undefined };
  readonly #portName: string;
  readonly #portType: DataType;
  readonly #context: PipelineContext | undefined;

  /** Made by components when they are called. @internal */
  constructor(owner: { readonly name: string | undefined }, portName: string, type: DataType, given: OutputOptions, context: unknown) {
    super(outputRules, given);
    this.#owner = owner;
    this.#portName = portName;
    this.#portType = type;
    this.#context = context as PipelineContext | undefined;
  }

  /** The step's name in its pipeline. */
  get step(): string {
    return this.#owner.name ?? 'the job';
  }

  /** The output's name at its step; `name` is the one that it is to be registered under. */
  get portName(): string {
    return this.#portName;
  }

  /** `${{parent.jobs.STEP.outputs.NAME}}`. @throws RequestError outside of the pipeline that the step is in. */
  expression(): string {
    if (this.#context === undefined || this.#context !== currentContext()) {
      throw new RequestError({
        code: 'foreign-output',
        message: `The output ${JSON.stringify(this.portName)} of ${JSON.stringify(this.step)} can only be used in the pipeline function that made the step.`,
      });
    }
    return this.toJSON();
  }

  /** What stands for it in a document of its pipeline. */
  override toJSON(): string {
    return `\${{parent.jobs.${this.step}.outputs.${this.portName}}}`;
  }

  static {
    typeOfOutput = (output) => output.#portType;
    isOutputIn = (output, context) => output.#context === context;
  }
}
export interface StepOutput extends Attributes<OutputOptions> {}

/** @internal `step.outputs.scores = new Output({ path })`: the output is the same, and goes where the other says. */
export function directed(options: unknown, output: StepOutput): StepOutput {
  const given = judged(outputRules, options);
  for (const key of outputRules.keys) if (key !== 'type' || given.type !== undefined) Object.assign(output, { [key]: given[key] });
  return output;
}

/** What an input of a step or a job can be given: data, a literal, an input of the pipeline, or an output of a step. */
export type InputLike = Input | InputOptions | StepOutput | Literal;

const wanted = 'data (an Input or its options), a literal (text, number, boolean), an input of the pipeline, or an output of a step';
/** @internal */
export const inputLikeRule = z.union([inputRules.schema, z.string(), z.number(), z.boolean()], { error: () => wanted });
const valueRules = define<{ readonly value?: InputLike | undefined }>('value')({ value: inputLikeRule });

/** How the input stands in a document; undefined when it was given nothing. @internal */
export let documentOfInput: (input: StepInput, type: PortType | undefined) => unknown;

/** An input as a step was given it: it can be read, replaced (`step.inputs.x.value = …`), and its path, mode and type be set. */
export class StepInput extends Closed {
  #value: InputLike | undefined;
  /** Of a value that is bound. */
  #delivery: Pick<InputOptions, 'type' | 'mode'> = {};

  /** Made by components when they are called. @internal */
  constructor(value: InputLike | undefined) {
    super();
    this.#value = value;
  }

  /** What it was given; undefined: nothing. @throws RequestError, where it is set, for what no input takes. */
  get value(): InputLike | undefined {
    return this.#value;
  }
  set value(value: InputLike | undefined) {
    const { value: taken } = judged(valueRules, { value });
    this.#value = taken;
    this.#delivery = {};
  }

  /** Where the data is; undefined for literals and what is bound. Setting it makes the input data. */
  get path(): string | undefined {
    return isData(this.#value) ? this.#value.path : undefined;
  }
  set path(path: string | undefined) {
    this.#value = new Input({ ...this.#delivery, ...(isData(this.#value) ? givenOf(this.#value) : {}), path });
  }

  /** How a cloud would deliver the data. */
  get mode(): InputMode | undefined {
    return isData(this.#value) ? this.#value.mode : this.#delivery.mode;
  }
  set mode(mode: InputMode | undefined) {
    this.#deliver({ mode });
  }

  /** What the path leads to. */
  get type(): DataType | PrimitiveType | undefined {
    return isData(this.#value) ? this.#value.type : this.#delivery.type;
  }
  set type(type: DataType | PrimitiveType | undefined) {
    this.#deliver({ type });
  }

  /** What it was given. */
  toJSON(): unknown {
    return this.#value;
  }

  #deliver(change: Pick<InputOptions, 'type' | 'mode'>): void {
    if (isData(this.#value)) this.#value = new Input({ ...givenOf(this.#value), ...change });
    else this.#delivery = judged(inputRules, { ...this.#delivery, ...change });
  }

  static {
    documentOfInput = (input, type) => {
      const document = valueDocument(input.#value, type);
      const { mode, type: own } = input.#delivery;
      if (typeof document !== 'string' || (mode === undefined && own === undefined)) return document;
      return { type: own ?? (isDataType(type) ? type : 'uri_folder'), path: document, ...(mode !== undefined && { mode }) };
    };
  }
}

function isData(value: InputLike | undefined): value is Input | InputOptions {
  return typeof value === 'object' && !(value instanceof StepOutput) && !(value instanceof PipelineInput);
}

function givenOf(value: Input | InputOptions): InputOptions {
  return value instanceof Input ? givenTo(value) : value;
}

/** How the value stands in a document; undefined when there is none. `type`: what the input is declared as. @internal */
export function valueDocument(value: InputLike | undefined, type: PortType | undefined): unknown {
  if (value instanceof StepOutput || value instanceof PipelineInput) return value.expression();
  if (typeof value === 'string' && isDataType(type) && !value.includes('${{')) return { type, path: localPath(value) };
  if (typeof value !== 'object') return value;
  const data = dataDocument(value);
  return data === undefined || data.type !== undefined || type === undefined ? data : { type, ...data };
}

/** What a pipeline declares for an input that was given this value. @internal */
export function portTypeOf(value: InputLike): PortType {
  if (value instanceof StepOutput) return typeOfOutput(value);
  if (value instanceof PipelineInput) return value.portType;
  if (typeof value === 'object') return value.type ?? 'uri_folder';
  return literalType(value);
}

/** JavaScript does not tell 1 from 1.0: a number is a number. @internal */
export function literalType(value: Literal): 'string' | 'number' | 'boolean' {
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : 'number';
}

/** @internal */
export function isDataType(type: PortType | undefined): type is DataType {
  return type !== undefined && !['string', 'number', 'integer', 'boolean'].includes(type);
}

/** @throws RequestError when an input of another pipeline stands somewhere in it. @internal */
export function refuseForeign(value: unknown): void {
  if (value instanceof PipelineInput) value.expression();
  else if (value instanceof Judged) refuseForeign(givenTo(value));
  else if (isRecord(value)) for (const inner of Object.values(value)) refuseForeign(inner);
}

/** Whether somewhere in it an input of a pipeline decides, which only a call of the component knows. @internal */
export function isBound(value: unknown): boolean {
  if (value instanceof PipelineInput) return true;
  if (typeof value === 'string') return /^\s*\$\{\{\s*parent\.inputs\.\w+\s*\}\}\s*$/.test(value);
  if (value instanceof Judged) return isBound(givenTo(value));
  return isRecord(value) && Object.values(value).some(isBound);
}
