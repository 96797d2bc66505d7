/** What failed for good is tried again in the same job, also when that has completed: its rows come into their places in the output. */
import type { MissingItems } from '../events/types.ts';
import { windowOf } from '../language/portion.ts';
import type { ProcessContext } from '../os/process-context.ts';
import { checkSameInput } from '../parallel/again/same-input.ts';
import { readPast } from '../parallel/record/past.ts';
import { stateFiles } from '../parallel/record/state-files.ts';
import { inputsAtHand } from '../pipeline/bind/bound-step.ts';
import { isParallel, splitOf } from '../pipeline/bind/split.ts';
import { jobContext } from '../pipeline/prepare.ts';
import type { RunStore } from '../store/store.ts';
import { type BackgroundOptions, startJobInBackground } from './background.ts';
import { stepsBehind } from './reopen-steps.ts';
import { whenIdle } from './resume.ts';

/** What is tried again, by step; and the steps that run again because of it. */
export interface TriedAgain {
  readonly steps: ReadonlyMap<string, MissingItems>;
  readonly following: readonly string[];
}

/**
 * Starts the job in a process of its own. Undefined, and nothing happens, where nothing of it has failed for good.
 * @throws RequestError when it runs, or cannot be run, or the input of a step with failed items is not what it was
 */
export async function retryFailed(
  here: ProcessContext,
  store: RunStore,
  name: string,
  options: Pick<BackgroundOptions, 'code'> = {},
): Promise<TriedAgain | undefined> {
  const record = store.jobs.get(name);
  await whenIdle(store, record);
  const layout = store.layout(record.name);
  const spec = store.jobs.specToRun(record.name);
  const never = new AbortController().signal;
  const job = { name: record.name, spec, layout, home: store.home, ...(record.portion !== undefined && { portion: record.portion }) };
  const context = await jobContext(here, job, store.assets, { emit: () => {}, drain: never, kill: never });
  const lacking = new Map<string, MissingItems>();
  for (const node of context.graph.steps.values()) {
    const state = stateFiles(layout.step(node.name).state);
    const { missing } = readPast(state.ledger).tally;
    if (!isParallel(node) || missing.miniBatches === 0) continue;
    // Behind a step that is tried again it begins anew.
    if (stepsBehind(spec, [...lacking.keys()]).includes(node.name)) continue;
    await checkSameInput(node.name, splitOf(node.step, await inputsAtHand(node, context), windowOf(record.portion, node.name)), state);
    lacking.set(node.name, missing);
  }
  if (lacking.size === 0) return undefined;
  const again = [...lacking.keys()];
  await startJobInBackground(here, store, record.name, { ...options, again });
  return { steps: lacking, following: stepsBehind(spec, again) };
}
