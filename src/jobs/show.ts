/** What programs may rely on to know of a job: the shape of `prl job show --output json` and `prl job list --output json`. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canResume, foldAll, isFinal, type JobState, type StepState } from '../events/fold.ts';
import { readEvents } from '../events/read.ts';
import type { Status } from '../events/types.ts';
import { parseRunName } from '../language/names.ts';
import type { Step } from '../language/types.ts';
import type { JobFilter } from '../store/jobs.ts';
import type { JobLayout } from '../store/layout.ts';
import type { RunStore } from '../store/store.ts';
import { presentState } from './facts.ts';
import { type JobListing, listing, listJob, timesOf, writtenTimes } from './listing.ts';
import { metricsOfJob, metricsOfStep, type ShownMetrics } from './shown-metrics.ts';
import { flattenSteps } from './steps.ts';

export type { JobListing } from './listing.ts';

export interface ShownJob extends JobListing, Pick<ShownMetrics, 'metrics'> {
  /** False: it ended early, and to resume it would end the same way. Absent otherwise. */
  readonly resumable?: false;
  /** Bytes of all log files of its steps. */
  readonly logs_bytes: number;
  /** Settings that a resume has changed, oldest first; `at`: ISO 8601. Absent: none. */
  readonly changed?: readonly {
    readonly path: string;
    readonly from?: string | number;
    readonly to: string | number;
    readonly at: string;
  }[];
  readonly steps: Readonly<Record<string, ShownStep>>;
}

export interface ShownStep extends ShownMetrics {
  readonly type: Step['type'];
  readonly status: Status;
  /** The step's folder; its logs are in `logs/` there. */
  readonly directory: string;
  /** ISO 8601 in UTC: when it began in the job's present life, and when it ended. */
  readonly start_time?: string;
  readonly end_time?: string;
  readonly duration_s?: number;
  readonly exit_code?: number;
  readonly error?: string;
  /** The step whose finished outputs were taken: `JOB.STEP`. */
  readonly reused_from?: string;
  /** Only for parallel steps. */
  readonly mini_batches?: { readonly total: number; readonly done: number; readonly failed: number; readonly retries: number };
  readonly items?: { readonly total: number; readonly done: number; readonly failed: number };
}

/** @throws RequestError (`unknown-job`) */
export async function showJob(store: RunStore, name: string): Promise<ShownJob> {
  return (await inspectJob(store, name)).shown;
}

/** The same together with what it was made from, for faces that draw more. @throws RequestError (`unknown-job`) */
export async function inspectJob(
  store: RunStore,
  name: string,
): Promise<{ readonly shown: ShownJob; readonly state: JobState; readonly steps: ReadonlyMap<string, Step> }> {
  const record = store.jobs.get(name);
  const layout = store.layout(record.name);
  const steps = flattenSteps(store.jobs.spec(record.name));
  const { state, status } = await presentState(store, record.name);
  const shownSteps = await Promise.all(
    [...steps].map(async ([step, spec]) => {
      const ran = spec.type === 'parallel' ? await ranStep(store, state, step) : undefined;
      const shown = showStep(spec, step, layout, state, status, ran);
      return [step, { ...shown, ...metricsOfStep(store, layout, step, shown.reused_from) }] as const;
    }),
  );
  const hopeless = isFinal(status) && status !== 'Completed' && !canResume({ ...state, status });
  const changed = store.jobs.amendments(record.name).map(({ step: _step, ...change }) => change);
  const head = listing(
    store,
    record,
    status,
    state.error,
    (isFinal(status) ? writtenTimes(store, record.name) : undefined) ?? timesOf(state, status),
  );
  const shown: ShownJob = {
    ...head,
    ...(hopeless && { resumable: false as const }),
    ...(changed.length > 0 && { changed }),
    logs_bytes: [...steps.keys()].reduce((sum, step) => sum + bytesBelow(layout.step(step).logs), 0),
    ...metricsOfJob(layout),
    steps: Object.fromEntries(shownSteps),
  };
  return { shown, state, steps };
}

/** Newest first. */
export async function listJobs(store: RunStore, filter?: JobFilter): Promise<readonly JobListing[]> {
  return Promise.all(store.jobs.list(filter).map((record) => listJob(store, record)));
}

function bytesBelow(folder: string): number {
  if (!existsSync(folder)) return 0;
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.reduce((sum, entry) => sum + (entry.isFile() ? sizeOf(join(entry.parentPath, entry.name)) : 0), 0);
}

/** Of a file that may be gone by now. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The step as it ran: of one that was reused, in the job whose outputs it took, as long as that is there. */
async function ranStep(store: RunStore, state: JobState, name: string): Promise<StepState | undefined> {
  const step = Object.hasOwn(state.steps, name) ? state.steps[name] : undefined;
  if (step?.reusedFrom === undefined) return step;
  const { job, step: named = name } = parseRunName(step.reusedFrom);
  const { events } = store.layout(job);
  if (!existsSync(events)) return undefined;
  const source = await foldAll(readEvents(events));
  const original = Object.hasOwn(source.steps, named) ? source.steps[named] : undefined;
  return original?.reusedFrom === undefined ? original : undefined;
}

function showStep(spec: Step, name: string, layout: JobLayout, state: JobState, jobStatus: Status, ran: StepState | undefined): ShownStep {
  const step = Object.hasOwn(state.steps, name) ? state.steps[name] : undefined;
  const status = step?.status ?? 'NotStarted';
  const { total, done, failed, retries } = ran?.miniBatches ?? { total: 0, done: 0, failed: 0, retries: 0 };
  return {
    type: spec.type,
    status: jobStatus === 'NotResponding' && status !== 'NotStarted' && !isFinal(status) ? 'NotResponding' : status,
    directory: layout.step(name).directory,
    ...(step?.started !== undefined && { start_time: step.started }),
    ...(step?.ended !== undefined && { end_time: step.ended, ...durationOf(step) }),
    ...(step?.exitCode !== undefined && { exit_code: step.exitCode }),
    ...(step?.error !== undefined && { error: step.error }),
    ...(step?.reusedFrom !== undefined && { reused_from: step.reusedFrom }),
    ...(spec.type === 'parallel' && {
      mini_batches: { total, done, failed, retries },
      items: ran?.items ?? { total: 0, done: 0, failed: 0 },
    }),
  };
}

function durationOf({ started, ended }: StepState): Pick<ShownStep, 'duration_s'> {
  return started === undefined || ended === undefined ? {} : { duration_s: Math.max(0, Date.parse(ended) - Date.parse(started)) / 1000 };
}
