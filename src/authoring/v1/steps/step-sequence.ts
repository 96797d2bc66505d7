import { PipelineStep } from './pipeline-step.ts';

/** Steps, lists of steps, or sequences: what a pipeline is made of. */
export type StepList = readonly (PipelineStep | StepSequence | StepList)[];

/** Steps that run one after the other, also where nothing is read. A list inside it runs as one: its steps side by side. */
export class StepSequence {
  readonly steps: StepList;
  constructor(options: { readonly steps: StepList } | StepList) {
    this.steps = 'steps' in options ? options.steps : options;
    let before: readonly PipelineStep[] = [];
    for (const item of this.steps) {
      for (const first of firstSteps(item)) for (const step of before) first.runAfter(step);
      before = lastSteps(item);
    }
  }
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
