import type { JobRecord } from '../runs/jobs.ts';
import type { RunStore } from '../runs/store.ts';
import { type BackgroundOptions, startJobInBackground } from './background.ts';
import { alreadyRunning, liveCoordinator } from './coordinator.ts';
import { presentState } from './show.ts';

/**
 * Carries on with a job that failed, was canceled, was interrupted or whose coordinator died, in the background.
 * A completed job has nothing to carry on with: false, and nothing happens.
 * @throws RequestError when there is no such job, or it runs already.
 */
export async function resumeJob(store: RunStore, name: string, options: BackgroundOptions = {}): Promise<boolean> {
  const record = store.jobs.get(name);
  if (!(await canResume(store, record))) return false;
  await startJobInBackground(store, record.name, options);
  return true;
}

/** False for a completed job. @throws RequestError when it runs already. */
export async function canResume(store: RunStore, record: JobRecord): Promise<boolean> {
  const layout = store.layout(record.name);
  const holder = liveCoordinator(layout);
  if (holder !== undefined) throw alreadyRunning(record.name, holder);
  return (await presentState(layout)).status !== 'Completed';
}
