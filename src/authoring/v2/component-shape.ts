/** What a component takes, writes and is made of: what a call of it has to know. */
import type { ComponentSpec } from '../../language/types.ts';
import type { Document } from '../document.ts';
import type { InputOptions } from './input.ts';
import type { OutputPorts } from './job.ts';
import type { OutputOptions } from './output.ts';
import type { WorkOptions } from './settings.ts';
import type { InputLike, PortType } from './values.ts';

/** Inputs that a component declares, by name: a literal is a value and declares its type. */
export type InputPorts = Readonly<Record<string, InputOptions | string | number | boolean>>;

/** What a call gives to the inputs; names that the component does not declare do not compile. */
export type StepInputs<I> = { readonly [K in keyof I]?: InputLike | undefined };

/** What a call may say besides its inputs: its name, where its outputs go, and settings that replace the component's. */
export type StepOptions<O> = WorkOptions & {
  /** The step's name in the pipeline (an identifier); of a job that stands alone: the job's name. */
  readonly name?: string | undefined;
  readonly outputs?: { readonly [K in keyof O]?: OutputOptions | undefined } | undefined;
};

export interface DeclaredInput {
  readonly type: PortType;
  /** Its value in a document, when it was declared with one. */
  readonly value?: unknown;
}

export interface ComponentShape {
  readonly type: 'parallel' | 'command' | 'pipeline';
  readonly name: string | undefined;
  /** What stands under `component:` of a step. */
  readonly component: Document | ComponentSpec;
  readonly inputs: Readonly<Record<string, DeclaredInput>>;
  readonly outputs: OutputPorts;
  /** Where outputs go that a call says nothing of. */
  readonly outputValues: Document;
  /** Keys that a step or job has and a component has not. */
  readonly running: Document;
  /** The keys of a job of this kind that stands alone; none when only `component` can say all of it. */
  readonly alone: Document | undefined;
}

/** A component that was judged by itself; of a pipeline function only each call is. */
export type JudgedComponent = ComponentShape & { readonly spec: ComponentSpec };
