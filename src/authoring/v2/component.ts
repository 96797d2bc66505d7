/** Components: what can be called for a step of a pipeline, or run alone. */
import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { dumpComponent } from '../../language/index.ts';
import type { ComponentSpec } from '../../language/types.ts';
import type { FinishedJob } from '../client/views.ts';
import type { Attributes } from '../options/judged.ts';
import { callComponent, judgeCall } from './call.ts';
import type { ComponentShape, OutputPorts, StepInputs, StepOptions } from './component-shape.ts';
import type { Environment, EnvironmentOptions } from './environment.ts';
import type { Job, RunJobOptions } from './job.ts';
import type { ParallelTask, ParallelTaskOptions } from './parallel-task.ts';
import type { RetrySettings, RetrySettingsOptions } from './retry-settings.ts';
import type { PipelineJobSettings, PipelineSettingsOptions, WorkOptions } from './settings.ts';

/** Settings that read as objects with attributes of their own, and can be set to plain ones. */
export interface SettableParts {
  /** What runs on each mini-batch. */
  get task(): ParallelTask;
  set task(task: ParallelTask | ParallelTaskOptions);
  /** What happens to a mini-batch that failed. */
  get retrySettings(): RetrySettings;
  set retrySettings(settings: RetrySettings | RetrySettingsOptions);
  /** What the processes of a command run in; undefined: this machine as it is. */
  get environment(): Environment | string | undefined;
  set environment(environment: Environment | EnvironmentOptions | string | undefined);
  /** How the steps of a pipeline are run. */
  get settings(): PipelineJobSettings;
  set settings(settings: PipelineJobSettings | PipelineSettingsOptions);
}

/** As `SettableParts`, where the compiler does not know of which kind the work is: what another kind has is undefined. */
export type LooseParts = { [K in keyof SettableParts]: SettableParts[K] | undefined };

/** What can be read and set of a step or a job with the settings S. */
export type SettingsOf<S> = Attributes<Omit<S, keyof SettableParts>> &
  Pick<'task' | 'command' extends keyof S ? LooseParts : SettableParts, keyof S & keyof SettableParts>;

/** A step, or a job that stands alone, made from a component with the inputs I, the outputs O and the settings S. */
export type ComponentJob<I, O extends OutputPorts, S> = Job<O, I> & SettingsOf<S>;

/**
 * Call it inside a pipeline function for a step, or outside of one for a job that stands alone.
 * `I` and `O` are the names of its inputs and outputs, `S` its settings.
 */
export interface Component<I, O extends OutputPorts, S = WorkOptions> {
  /** @throws RequestError for names that are not there and values that are not allowed. */
  (inputs?: StepInputs<I>, options?: StepOptions<O, S>): ComponentJob<I, O, S>;
  /** The component's name; empty when it has none. */
  readonly name: string;
  /** The component as plain data. */
  readonly spec: ComponentSpec;
  /** Writes the component as a file that `loadComponent` reads. */
  dump(file: string): void;
  /** Runs it alone with the values that its inputs were declared with. @throws JobError when it failed or was canceled. */
  run(options?: RunJobOptions): Promise<FinishedJob>;
}

/** What can be registered, by what it is called with. */
const registrable = new WeakMap<object, () => { readonly name: string | undefined; readonly spec: ComponentSpec }>();

/** @internal */
export function canBeRegistered(callee: object, as: () => { readonly name: string | undefined; readonly spec: ComponentSpec }): void {
  registrable.set(callee, as);
}

/** What is registered of a component or pipeline function; undefined: it is neither. @internal */
export function registered(callee: unknown): { readonly name: string | undefined; readonly spec: ComponentSpec } | undefined {
  return typeof callee === 'function' ? registrable.get(callee)?.() : undefined;
}

/** @internal */
export function makeComponent<I, O extends OutputPorts, S>(shape: ComponentShape, spec: ComponentSpec): Component<I, O, S> {
  const call = (inputs: StepInputs<I> = {}, options: StepOptions<O, S> | Record<never, never> = {}) => {
    judgeCall(shape, inputs, options);
    return callComponent<O>(shape, inputs, options) as unknown as ComponentJob<I, O, S>;
  };
  const dump = (file: string): void => writeFileSync(file, dumpComponent(spec, { directory: dirname(resolve(file)) }));
  const run = (options?: RunJobOptions): Promise<FinishedJob> => call().run(options);
  const component = Object.assign(call, { spec, dump, run });
  canBeRegistered(component, () => ({ name: shape.name, spec }));
  return Object.defineProperty(component, 'name', { value: shape.name ?? '' });
}
