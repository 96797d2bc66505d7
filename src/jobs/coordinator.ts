/** Who runs a job now: at most one process, and a lock that no crash can leave locked. */
import { rmSync } from 'node:fs';
import { isSystemError } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import { factIn, isRecord, readFactFile } from '../os/facts.ts';
import { replaceFile } from '../os/files.ts';
import { startTime } from '../os/start-time.ts';
import type { JobLayout } from '../store/layout.ts';
import type { RunStore } from '../store/store.ts';

export interface Coordinator {
  readonly pid: number;
  /** See `startTime`. */
  readonly started: string;
}

/** The process that runs the job; undefined when there is none, also when the last one died. A torn file names nobody: its writer is gone. */
export function liveCoordinator(layout: JobLayout): Coordinator | undefined {
  const recorded = factIn(readFactFile(layout.coordinator, isCoordinator));
  return recorded !== undefined && startTime(recorded.pid) === recorded.started ? recorded : undefined;
}

function isCoordinator(value: unknown): value is Coordinator {
  return isRecord(value) && typeof value.pid === 'number' && typeof value.started === 'string';
}

/**
 * Does the work while this process is the job's coordinator, unless the work hands the job over.
 * @param handedOverBy a process that may hold the job already, to give it to this one
 * @throws RequestError (`job-running`) when the job runs already, be it in this very process
 */
export async function asCoordinator<T>(
  store: RunStore,
  job: string,
  work: () => Promise<T>,
  { handedOverBy }: { readonly handedOverBy?: number } = {},
): Promise<T> {
  takeOver(store, job, process.pid, handedOverBy);
  try {
    return await work();
  } finally {
    leave(store.layout(job));
  }
}

/** Makes a process that was started for the job its coordinator, in place of this one. */
export function handOver(store: RunStore, job: string, pid: number): void {
  takeOver(store, job, pid, process.pid);
}

/** @param from who may hold the job; one that waits for it may also have taken it itself already */
function takeOver(store: RunStore, job: string, pid: number, from: number | undefined): void {
  const layout = store.layout(job);
  store.exclusively(() => {
    const holder = liveCoordinator(layout);
    const mayGoOn = holder === undefined || (from !== undefined && (holder.pid === from || holder.pid === pid));
    if (!mayGoOn) throw alreadyRunning(job, holder);
    const coordinator: Coordinator = { pid, started: startTime(pid) ?? '' };
    replaceFile(layout.coordinator, JSON.stringify(coordinator), false);
  });
}

function leave(layout: JobLayout): void {
  try {
    if (liveCoordinator(layout)?.pid === process.pid) rmSync(layout.coordinator, { force: true });
  } catch (error) {
    // What it says of a process that is gone is taken for nothing by everybody.
    if (!isSystemError(error)) throw error;
  }
}

export function alreadyRunning(job: string, holder: Coordinator): RequestError {
  return new RequestError({
    code: 'job-running',
    message: `Job ${job} runs already, in process ${holder.pid}.`,
    hint: `Follow it with: prl job stream --name ${job}`,
  });
}
