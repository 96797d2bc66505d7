import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno } from '../errors/thrown.ts';
import { isFinal } from '../events/fold.ts';
import { openEventLog } from '../events/log.ts';
import { killOrphans } from '../os/lineage.ts';
import type { ProcessContext } from '../os/process-context.ts';
import { startTime } from '../os/start-time.ts';
import { writeEnding } from '../store/job-folder.ts';
import type { RunStore } from '../store/store.ts';
import { asCoordinator, liveCoordinator } from './coordinator.ts';
import { presentState } from './facts.ts';

export interface CancelOptions {
  /** Seconds that the coordinator gets to end the job in good order, before it is killed. Default 15. */
  readonly grace?: number;
}

/**
 * Ends a job now: its coordinator kills every process of it. Returns when that is done. The job can be resumed later.
 * False when it had ended already.
 * @throws RequestError (`unknown-job`)
 */
export async function cancelJob(here: ProcessContext, store: RunStore, name: string, { grace = 15 }: CancelOptions = {}): Promise<boolean> {
  const record = store.jobs.get(name);
  const layout = store.layout(record.name);
  const before = await presentState(store, record.name);
  if (isFinal(before.status) && before.status !== 'NotResponding') return false;
  const coordinator = liveCoordinator(layout);
  if (coordinator !== undefined) {
    const { pid, started } = coordinator;
    const gone = pid === process.pid ? () => liveCoordinator(layout) === undefined : () => startTime(pid) !== started;
    const running = here.running.get(layout.directory);
    if (running === undefined) signal(pid, 'SIGTERM');
    else running.abort();
    // Its process groups die with it, also by SIGKILL: each has a reaper.
    if (!(await waitUntil(gone, grace)) && pid !== process.pid) signal(pid, 'SIGKILL');
    await waitUntil(gone, grace);
  }
  await recordCanceled(store, record.name);
  return true;
}

/** Writes down the end of a job whose coordinator did not live to do it. */
async function recordCanceled(store: RunStore, name: string): Promise<void> {
  const layout = store.layout(name);
  await asCoordinator(store, name, async () => {
    killOrphans(layout.directory);
    const { state } = await presentState(store, name);
    if (isFinal(state.status)) return;
    const log = openEventLog(layout.events);
    for (const step of Object.values(state.steps)) {
      if (step.status !== 'NotStarted' && !isFinal(step.status)) {
        log.emit({ type: 'step_status', step: step.name, status: 'Canceled' });
      }
    }
    writeEnding(layout, { status: 'Canceled', ended: new Date().toISOString() });
    log.emit({ type: 'job_status', status: 'Canceled' });
    await log.close();
    store.jobs.setStatus(name, 'Canceled');
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}

/** Nobody tells of the end of a process that is not a child: it is looked at. */
async function waitUntil(condition: () => boolean, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
