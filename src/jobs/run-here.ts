/** The coordinator of a job in this very process. */

import { existsSync, rmSync } from 'node:fs';
import { RequestError } from '../errors/types.ts';
import { foldAll, isFinal, type JobState } from '../events/fold.ts';
import { type EventLog, openEventLog } from '../events/log.ts';
import { readEvents } from '../events/read.ts';
import type { Emit, EventBody, JobEvent, Status } from '../events/types.ts';
import { type Portion, portionInWords } from '../language/portion.ts';
import type { JobSpec } from '../language/types.ts';
import { killOrphans } from '../os/lineage.ts';
import type { ProcessContext } from '../os/process-context.ts';
import { onlyRunOf } from '../parallel/record/state-files.ts';
import type { RunControl } from '../parallel/types.ts';
import type { JobEnd } from '../pipeline/run-job.ts';
import { writeEnding } from '../store/job-folder.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { JobLayout } from '../store/layout.ts';
import type { RunStore } from '../store/store.ts';
import { asCoordinator } from './coordinator.ts';
import { timesOf } from './listing.ts';
import { flattenSteps, stepNames } from './steps.ts';
import { explainUnexpected, systemReason } from './unexpected.ts';

export interface RunOptions {
  /** Run every step, also those whose finished outputs could be taken. */
  readonly forceRerun?: boolean;
  /** Told of every event as it happens. It must not throw. */
  readonly onEvent?: (event: JobEvent) => void;
  /** First: hand out no more work and let running attempts finish. */
  readonly drain?: AbortSignal;
  /** Kill everything now. */
  readonly kill?: AbortSignal;
  /** The process that started this one for the job, and holds it until we do. */
  readonly handedOverBy?: number;
}

/**
 * Runs a stored job, or carries on with one that ended early, until it ends. Work that the ledgers hold as done is not done again.
 * A job that fails is a result, not an error.
 * @throws RequestError when the job runs already, or cannot be run at all; a new job of which nothing has run yet is then removed again.
 */
export async function runJobHere(here: ProcessContext, store: RunStore, name: string, options: RunOptions = {}): Promise<JobEnd> {
  const record = store.jobs.get(name);
  const { events, directory } = store.layout(record.name);
  const { handedOverBy, onEvent } = options;
  const work = async () => {
    const log = openEventLog(events, onEvent === undefined ? {} : { onEvent });
    const cancel = new AbortController();
    here.running.set(directory, cancel);
    try {
      return await runLogged(here, store, record, log, cancel.signal, options);
    } finally {
      await log.close().finally(() => here.running.delete(directory));
    }
  };
  return asCoordinator(store, record.name, work, handedOverBy === undefined ? {} : { handedOverBy });
}

async function runLogged(
  here: ProcessContext,
  store: RunStore,
  record: JobRecord,
  log: EventLog,
  cancel: AbortSignal,
  options: RunOptions,
): Promise<JobEnd> {
  const layout = store.layout(record.name);
  let began = hasBegun(layout, store.jobs.spec(record.name));
  const emit = (event: EventBody) => {
    if (event.type === 'step_status' && event.status !== 'NotStarted' && event.status !== 'Preparing') began = true;
    if (event.type === 'job_status' && !isFinal(event.status)) noteStatus(store, record.name, event.status);
    // The end is told once, below.
    if (event.type !== 'job_status' || !isFinal(event.status)) log.emit(event);
  };
  const control: RunControl = {
    emit,
    drain: options.drain ?? new AbortController().signal,
    kill: options.kill === undefined ? cancel : AbortSignal.any([options.kill, cancel]),
  };
  const tellDrain = () => control.kill.aborted || emit(drainNotice(record.name));
  control.drain.addEventListener('abort', tellDrain, { once: true });
  try {
    rmSync(layout.ending, { force: true });
    if (began) killOrphans(layout.directory);
    emit({ type: 'job_status', status: 'Preparing' });
    const end = await runToEnd(here, store, record, control, options.forceRerun === true, () => began);
    await log.sync();
    noteEnding(layout, end, await foldAll(readEvents(layout.events)), emit);
    log.emit({ type: 'job_status', status: end.status, ...(end.error !== undefined && { error: end.error }) });
    await log.flush();
    noteStatus(store, record.name, end.status, end.error);
    return end;
  } catch (error) {
    if (error instanceof RequestError && !began) store.jobs.remove(record.name);
    throw error;
  } finally {
    control.drain.removeEventListener('abort', tellDrain);
  }
}

/** Something of it ran already, in this life or an earlier one. */
export function hasBegun(layout: JobLayout, spec: JobSpec): boolean {
  return existsSync(layout.ending) || [...flattenSteps(spec).keys()].some((step) => existsSync(layout.step(step).record));
}

/** Before it is told: whoever reads the telling finds the fact. On a full disk the telling is all that there is. */
function noteEnding(layout: JobLayout, end: JobEnd, state: JobState, emit: Emit): void {
  try {
    const { started, seconds } = timesOf(state);
    const ran = { ...(started !== undefined && { started }), ...(seconds !== undefined && { seconds }) };
    writeEnding(layout, { ...end, ended: new Date().toISOString(), ...ran });
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    emit({ type: 'notice', level: 'warning', message: `The end of the job could not be written down: ${reason}` });
  }
}

/** For quick lists. The events hold the truth, so a store that cannot be written now breaks nothing. */
function noteStatus(store: RunStore, name: string, status: Status, error?: string): void {
  try {
    store.jobs.setStatus(name, status, error);
  } catch (failure) {
    if (systemReason(failure) === undefined) throw failure;
  }
}

function drainNotice(job: string): EventBody {
  const message = `Interrupted: nothing new is started, running attempts may finish; once more kills them. Carry on later with: prl job resume --name ${job}`;
  return { type: 'notice', level: 'warning', message };
}

async function runToEnd(
  here: ProcessContext,
  store: RunStore,
  record: JobRecord,
  control: RunControl,
  forceRerun: boolean,
  began: () => boolean,
): Promise<JobEnd> {
  const layout = store.layout(record.name);
  const { portion } = record;
  if (portion !== undefined) {
    const message = `${whatIsRun(store, record.name, portion)} What comes out stays with the job: paths that its outputs have are not written, nothing is registered.`;
    control.emit({ type: 'notice', level: 'warning', message });
  }
  try {
    const { runJob } = await import('../pipeline/run-job.ts');
    const job = {
      name: record.name,
      spec: store.jobs.specToRun(record.name),
      layout,
      home: store.home,
      told: await foldAll(readEvents(layout.events)),
      forceRerun,
      ...(portion !== undefined && { portion }),
    };
    return await runJob(here, job, store.assets, control);
  } catch (error) {
    if (error instanceof RequestError && !began()) throw error;
    if (error instanceof RequestError) return { status: 'Failed', error: error.message };
    return { status: 'Failed', error: explainUnexpected(error, layout.directory) };
  }
}

function whatIsRun(store: RunStore, name: string, portion: Portion): string {
  const of = stepNames(store.jobs.spec(name)).flatMap((step) => onlyRunOf(store.layout(name).step(step).state) ?? [])[0];
  if (of !== undefined) return `Only what failed for good in job ${of} is run.`;
  return `Only ${portionInWords(portion)} ${portion.count === 1 ? 'is' : 'are'} run.`;
}
