import { invalid, shown } from '../invalid.ts';
import { PipelineStep } from './pipeline-step.ts';

/** Steps, lists of steps, or sequences: what a pipeline is made of. */
export type StepList = readonly (PipelineStep | StepSequence | StepList)[];

/** Steps that run one after the other, also where nothing is read. A list inside it runs as one: its steps side by side. Source: azureml.pipeline.core.StepSequence. */
export class StepSequence {
  /** In their order. */
  readonly steps: StepList;
  /** The steps, or an object with them. @throws RequestError for what is no step. */
  constructor(options: { readonly steps: StepList } | StepList = []) {
    const given: unknown = typeof options === 'object' && options !== null && 'steps' in options ? options.steps : options;
    if (!isStepList(given)) throw invalid('steps', `StepSequence takes a list of steps, found ${shown(given)}.`);
    this.steps = given;
    let before: readonly PipelineStep[] = [];
    for (const item of this.steps) {
      for (const first of firstSteps(item)) for (const step of before) first.runAfter(step);
      before = lastSteps(item);
    }
  }
}

/** Whether it is a list of steps, of lists of them, and of sequences. */
export function isStepList(value: unknown): value is StepList {
  return Array.isArray(value) && value.every((item) => item instanceof PipelineStep || item instanceof StepSequence || isStepList(item));
}

/** All steps, each once. */
export function flatten(list: StepList): readonly PipelineStep[] {
  return [
    ...new Set(list.flatMap((item) => (item instanceof PipelineStep ? [item] : flatten(item instanceof StepSequence ? item.steps : item)))),
  ];
}

type Item = StepList[number];

function firstSteps(item: Item | undefined): readonly PipelineStep[] {
  if (item === undefined) return [];
  if (item instanceof PipelineStep) return [item];
  return item instanceof StepSequence ? firstSteps(item.steps[0]) : item.flatMap(firstSteps);
}

function lastSteps(item: Item | undefined): readonly PipelineStep[] {
  if (item === undefined) return [];
  if (item instanceof PipelineStep) return [item];
  return item instanceof StepSequence ? lastSteps(item.steps.at(-1)) : item.flatMap(lastSteps);
}
