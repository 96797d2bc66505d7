/** Who runs a job now: at most one process, and a lock that no crash can leave locked. */
import { readFileSync, rmSync } from 'node:fs';
import { isErrno } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import { writeAtomically } from '../os/files.ts';
import { startTime } from '../os/start-time.ts';
import type { JobLayout } from '../store/layout.ts';
import type { RunStore } from '../store/store.ts';

export interface Coordinator {
  readonly pid: number;
  /** See `startTime`. */
  readonly started: string;
}

/** The process that runs the job; undefined when there is none, also when the last one died. */
export function liveCoordinator(layout: JobLayout): Coordinator | undefined {
  try {
    const recorded = JSON.parse(readFileSync(layout.coordinator, 'utf8')) as Coordinator;
    return startTime(recorded.pid) === recorded.started ? recorded : undefined;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export interface Takeover {
  /** Who becomes the coordinator. Default: this process. */
  readonly pid?: number;
  /** A process that may hold the job already and hands it over. Default: this process. */
  readonly from?: number;
}

/** @throws RequestError (`job-running`) when another process runs the job. */
export function becomeCoordinator(store: RunStore, job: string, { pid = process.pid, from = process.pid }: Takeover = {}): void {
  const layout = store.layout(job);
  store.exclusively(() => {
    const holder = liveCoordinator(layout);
    if (holder !== undefined && holder.pid !== pid && holder.pid !== from) throw alreadyRunning(job, holder);
    const coordinator: Coordinator = { pid, started: startTime(pid) ?? '' };
    writeAtomically(layout.coordinator, JSON.stringify(coordinator));
  });
}

export function leaveCoordinator(layout: JobLayout): void {
  rmSync(layout.coordinator, { force: true });
}

export function alreadyRunning(job: string, holder: Coordinator): RequestError {
  return new RequestError({
    code: 'job-running',
    message: `Job ${job} runs already, in process ${holder.pid}.`,
    hint: `Follow it with: prl job stream --name ${job}`,
  });
}
