/** Components: what can be called for a step of a pipeline, or run alone. */
import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { dumpComponent } from '../../language/index.ts';
import type { ComponentSpec } from '../../language/types.ts';
import type { FinishedJob } from '../client/views.ts';
import { callComponent } from './call.ts';
import type { Document } from './document.ts';
import type { InputOptions } from './input.ts';
import type { Job, OutputPorts, RunJobOptions } from './job.ts';
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

/**
 * Call it inside a pipeline function for a step, or outside of one for a job that stands alone.
 * `I` and `O` are the names of its inputs and outputs.
 */
export interface Component<I, O extends OutputPorts> {
  (inputs?: StepInputs<I>, options?: StepOptions<O>): Job<O>;
  /** The component's name; empty when it has none. */
  readonly name: string;
  readonly definition: DefinedComponent;
  /** Writes the component as a file that `loadComponent` reads. */
  dump(file: string): void;
  /** Runs it alone with the values that its inputs were declared with. @throws JobError when it failed or was canceled. */
  run(options?: RunJobOptions): Promise<FinishedJob>;
}

export interface DeclaredInput {
  readonly type: PortType;
  /** Its value in a document, when it was declared with one. */
  readonly value?: unknown;
}

export interface ComponentDefinition {
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
export type DefinedComponent = ComponentDefinition & { readonly spec: ComponentSpec };

export function makeComponent<I, O extends OutputPorts>(definition: DefinedComponent): Component<I, O> {
  const call = (inputs: StepInputs<I> = {}, options: StepOptions<O> = {}): Job<O> => callComponent<O>(definition, inputs, options);
  const dump = (file: string): void => writeFileSync(file, dumpComponent(definition.spec, { directory: dirname(resolve(file)) }));
  const component = Object.assign(call, { definition, dump, run: (options?: RunJobOptions) => call().run(options) });
  return Object.defineProperty(component, 'name', { value: definition.name ?? '' });
}
