/** A new job over what failed for good in another one. */
import { RequestError } from '../errors/types.ts';
import type { JobSpec } from '../language/types.ts';
import { failedSlices } from '../parallel/again/failed-slices.ts';
import { keepOnly, type OnlyFact, stateFiles } from '../parallel/record/state-files.ts';
import type { RunStore } from '../store/store.ts';
import { parallelSteps } from './steps.ts';

/** What a job with this spec has to do, by step. */
export interface OnlyFailed {
  readonly steps: ReadonlyMap<string, OnlyFact>;
  /** The most that one of them has. */
  readonly miniBatches: number;
}

/** @throws RequestError where nothing failed in steps that both have */
export async function failedOf(store: RunStore, spec: JobSpec, name: string): Promise<OnlyFailed> {
  const of = store.jobs.get(name).name;
  const layout = store.layout(of);
  const ran = parallelSteps(store.jobs.spec(of));
  const steps = new Map<string, OnlyFact>();
  let most = 0;
  for (const step of parallelSteps(spec)) {
    const failed = ran.includes(step) ? await failedSlices(stateFiles(layout.step(step).state)) : undefined;
    steps.set(step, { of, ...failed });
    most = Math.max(most, failed?.miniBatches.length ?? 0);
  }
  if (most === 0) {
    throw new RequestError({
      code: 'nothing-failed',
      message: `Nothing has failed for good in job ${of} in a parallel step that this file has, too.`,
      hint: `Its parallel steps: ${ran.join(', ') || 'none'}; those of the file: ${[...steps.keys()].join(', ') || 'none'}.`,
    });
  }
  return { steps, miniBatches: most };
}

/** Before the job has begun. */
export function takeOnly(store: RunStore, name: string, { steps }: OnlyFailed): void {
  const layout = store.layout(name);
  for (const [step, only] of steps) keepOnly(layout.step(step).state, only);
}
