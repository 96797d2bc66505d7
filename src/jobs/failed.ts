/** Which items a job has not: those of mini-batches that failed for good. */
import { RequestError } from '../errors/types.ts';
import { failedItems } from '../parallel/again/failed-items.ts';
import { type FailedItemShown, shownItem } from '../parallel/again/failed-list.ts';
import { readPast } from '../parallel/record/past.ts';
import { stateFiles } from '../parallel/record/state-files.ts';
import type { RunStore } from '../store/store.ts';
import { parallelSteps, stepNames } from './steps.ts';

/**
 * Of all parallel steps, or of one; step by step, in input order.
 * @throws RequestError for a job that is not there, and a step that is no parallel step of it
 */
export async function* failedItemsOf(store: RunStore, name: string, step?: string): AsyncGenerator<FailedItemShown> {
  const job = store.jobs.get(name).name;
  const parallel = parallelSteps(store.jobs.spec(job));
  if (step !== undefined && !parallel.includes(step)) {
    const has = parallel.length === 0 ? 'It has none.' : `It has ${parallel.join(', ')}.`;
    throw new RequestError({ code: 'unknown-step', message: `Job ${job} has no parallel step ${step}.`, hint: has });
  }
  for (const each of step === undefined ? parallel : [step]) {
    for await (const found of failedItems(stateFiles(store.layout(job).step(each).state))) yield shownItem(each, found);
  }
}

/** Whether something of the job has failed for good. */
export function lackedBy(store: RunStore, name: string): boolean {
  return stepNames(store.jobs.spec(name)).some(
    (step) => readPast(stateFiles(store.layout(name).step(step).state).ledger).tally.missing.miniBatches > 0,
  );
}
