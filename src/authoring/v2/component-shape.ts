/** What a component takes, writes and is made of: what a call of it has to know. */
import type { ComponentSpec } from '../../language/types.ts';
import type { Document } from '../document.ts';
import type { Input, InputOptions } from './input.ts';
import type { Output, OutputOptions } from './output.ts';
import type { PipelineWorkOptions, WorkOptions } from './settings.ts';
import type { InputLike, PortType } from './values.ts';

/** Inputs that a component declares, by name: a literal is a value and declares its type. */
export type InputPorts = Readonly<Record<string, Input | InputOptions | string | number | boolean>>;

/** Outputs that a component declares, by name. */
export type OutputPorts = Readonly<Record<string, Output | OutputOptions>>;

/** What a call gives to the inputs; names that the component does not declare do not compile, and are refused. */
export type StepInputs<I> = { readonly [K in keyof I]?: InputLike | undefined };

/** What a call may say besides its inputs: its name, where its outputs go, and settings that replace the component's. */
export type StepOptions<O, S = WorkOptions> = S & {
  /** The step's name in the pipeline (an identifier); of a job that stands alone: the job's name. */
  readonly name?: string | undefined;
  /** Where its outputs go, by name. */
  readonly outputs?: { readonly [K in keyof O]?: Output | OutputOptions | undefined } | undefined;
};

/** @internal */
export interface DeclaredInput {
  readonly type: PortType;
  /** What it was declared with. */
  readonly value?: InputLike;
}

/** What work of any kind can have. */
export type AnyWorkOptions = WorkOptions & PipelineWorkOptions;

/** @internal */
export interface ComponentShape {
  readonly type: 'parallel' | 'command' | 'pipeline';
  readonly name: string | undefined;
  /** What stands under `component:` of a step. */
  readonly component: Document | ComponentSpec;
  readonly inputs: Readonly<Record<string, DeclaredInput>>;
  readonly outputs: OutputPorts;
  /** Where outputs go that a call says nothing of. */
  readonly outputValues: Readonly<Record<string, OutputOptions>>;
  /** What a step or job has and a component has not. */
  readonly running: AnyWorkOptions;
  /** What the component says itself; a step has its own copy as soon as it is looked at. */
  readonly own: AnyWorkOptions;
  /** The keys of a job of this kind that stands alone; none when only `component` can say all of it. */
  readonly alone: Document | undefined;
}
