import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '../events/fold.ts';
import type { ProcessContext } from '../os/process-context.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { RunStore } from '../store/store.ts';
import { type BackgroundOptions, startJobInBackground } from './background.ts';
import { alreadyRunning, liveCoordinator } from './coordinator.ts';
import { presentState } from './facts.ts';

/**
 * Carries on with a job that failed, was canceled, was interrupted or whose coordinator died, in the background.
 * A completed job has nothing to carry on with: false, and nothing happens.
 * @throws RequestError when there is no such job, or it runs already.
 */
export async function resumeJob(here: ProcessContext, store: RunStore, name: string, options: BackgroundOptions = {}): Promise<boolean> {
  const record = store.jobs.get(name);
  if (!(await canResume(store, record))) return false;
  await startJobInBackground(here, store, record.name, options);
  return true;
}

/** How long a coordinator that has told the end of its job may take to leave, in milliseconds. */
const leaveWithin = 10_000;

/** False for a completed job. @throws RequestError when it runs already. */
export async function canResume(store: RunStore, record: JobRecord): Promise<boolean> {
  await whenIdle(store, record);
  // Of one that has completed without having said so, that is told.
  return (await presentState(store, record.name)).state.status !== 'Completed';
}

/** @throws RequestError when it runs */
export async function whenIdle(store: RunStore, record: JobRecord): Promise<void> {
  const layout = store.layout(record.name);
  // Whoever followed the job to its end may be here before its coordinator has left.
  const deadline = performance.now() + leaveWithin;
  for (let holder = liveCoordinator(layout); holder !== undefined; holder = liveCoordinator(layout)) {
    if (!isFinal((await presentState(store, record.name)).status) || performance.now() > deadline)
      throw alreadyRunning(record.name, holder);
    await sleep(10);
  }
}
