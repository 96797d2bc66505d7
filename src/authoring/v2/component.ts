/** Components: what can be called for a step of a pipeline, or run alone. */
import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { dumpComponent } from '../../language/index.ts';
import type { FinishedJob } from '../client/views.ts';
import { callComponent } from './call.ts';
import type { JudgedComponent, StepInputs, StepOptions } from './component-shape.ts';
import type { Job, OutputPorts, RunJobOptions } from './job.ts';

/**
 * Call it inside a pipeline function for a step, or outside of one for a job that stands alone.
 * `I` and `O` are the names of its inputs and outputs.
 */
export interface Component<I, O extends OutputPorts> {
  (inputs?: StepInputs<I>, options?: StepOptions<O>): Job<O>;
  /** The component's name; empty when it has none. */
  readonly name: string;
  readonly definition: JudgedComponent;
  /** Writes the component as a file that `loadComponent` reads. */
  dump(file: string): void;
  /** Runs it alone with the values that its inputs were declared with. @throws JobError when it failed or was canceled. */
  run(options?: RunJobOptions): Promise<FinishedJob>;
}

export function makeComponent<I, O extends OutputPorts>(definition: JudgedComponent): Component<I, O> {
  const call = (inputs: StepInputs<I> = {}, options: StepOptions<O> = {}): Job<O> => callComponent<O>(definition, inputs, options);
  const dump = (file: string): void => writeFileSync(file, dumpComponent(definition.spec, { directory: dirname(resolve(file)) }));
  const component = Object.assign(call, { definition, dump, run: (options?: RunJobOptions) => call().run(options) });
  return Object.defineProperty(component, 'name', { value: definition.name ?? '' });
}
