import type { Component } from './component.ts';
import type { InputPorts, OutputPorts } from './component-shape.ts';
import type { ParallelWorkOptions } from './settings.ts';
import { type ComponentOptions, writtenComponent } from './written-component.ts';

/** Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.parallel#azure-ai-ml-parallel-parallel-run-function */
export type ParallelRunFunctionOptions<I extends InputPorts, O extends OutputPorts> = ComponentOptions<I, O> & ParallelWorkOptions;

/**
 * A parallel component: a script's `run(miniBatch)` over all mini-batches of an input. Call it for a step of a pipeline or for a
 * job that stands alone, or `run()` it with the values that its inputs were declared with.
 * @throws RequestError with everything that is wrong.
 */
export function parallelRunFunction<
  const I extends InputPorts = Readonly<Record<never, never>>,
  const O extends OutputPorts = Readonly<Record<never, never>>,
>(options: ParallelRunFunctionOptions<I, O>): Component<I, O, ParallelWorkOptions> {
  return writtenComponent('parallel', options);
}
