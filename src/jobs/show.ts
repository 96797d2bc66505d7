/** What programs may rely on to know of a job: the shape of `prl job show --output json` and `prl job list --output json`. */
import { existsSync } from 'node:fs';
import { canResume, foldAll, isFinal, type JobState, type StepState } from '../events/fold.ts';
import { readEvents } from '../events/read.ts';
import type { Status } from '../events/types.ts';
import { parseRunName } from '../language/names.ts';
import type { Portion } from '../language/portion.ts';
import type { Step } from '../language/types.ts';
import type { JobFilter, JobRecord } from '../store/jobs.ts';
import type { JobLayout } from '../store/layout.ts';
import type { RunStore } from '../store/store.ts';
import { presentState } from './facts.ts';
import { flattenSteps } from './steps.ts';

export interface JobListing {
  readonly name: string;
  readonly status: Status;
  readonly display_name: string;
  /** The job's folder on this machine. */
  readonly directory: string;
  /** The job ran only the first mini-batches of each parallel step. */
  readonly limit?: number;
  /** The job ran only this mini-batch, of its one parallel step or of `step`. */
  readonly mini_batch?: number;
  readonly step?: string;
  readonly error?: string;
}

export interface ShownJob extends JobListing {
  /** False: it ended early, and to resume it would end the same way. Absent otherwise. */
  readonly resumable?: false;
  /** Settings that a resume has changed, oldest first; `at`: ISO 8601. Absent: none. */
  readonly changed?: readonly {
    readonly path: string;
    readonly from?: string | number;
    readonly to: string | number;
    readonly at: string;
  }[];
  readonly steps: Readonly<Record<string, ShownStep>>;
}

export interface ShownStep {
  readonly type: Step['type'];
  readonly status: Status;
  /** The step's folder; its logs are in `logs/` there. */
  readonly directory: string;
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
      return [step, showStep(spec, step, layout, state, status, ran)] as const;
    }),
  );
  const hopeless = isFinal(status) && status !== 'Completed' && !canResume({ ...state, status });
  const changed = store.jobs.amendments(record.name).map(({ step: _step, ...change }) => change);
  const head = {
    ...listing(layout, record, status, state.error),
    ...(hopeless && { resumable: false as const }),
    ...(changed.length > 0 && { changed }),
  };
  return { shown: { ...head, steps: Object.fromEntries(shownSteps) }, state, steps };
}

/** Newest first. */
export async function listJobs(store: RunStore, filter?: JobFilter): Promise<readonly JobListing[]> {
  return Promise.all(
    store.jobs.list(filter).map(async (record) => {
      const layout = store.layout(record.name);
      if (isFinal(record.status)) return listing(layout, record, record.status, record.error);
      const { state, status } = await presentState(store, record.name);
      return listing(layout, record, status, state.error);
    }),
  );
}

function listing(layout: JobLayout, record: JobRecord, status: Status, error: string | undefined): JobListing {
  return {
    name: record.name,
    status,
    display_name: record.displayName ?? record.name,
    directory: layout.directory,
    ...(record.portion !== undefined && shownPortion(record.portion)),
    ...(error !== undefined && { error }),
  };
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
    ...(step?.exitCode !== undefined && { exit_code: step.exitCode }),
    ...(step?.error !== undefined && { error: step.error }),
    ...(step?.reusedFrom !== undefined && { reused_from: step.reusedFrom }),
    ...(spec.type === 'parallel' && {
      mini_batches: { total, done, failed, retries },
      items: ran?.items ?? { total: 0, done: 0, failed: 0 },
    }),
  };
}

function shownPortion({ from, count, step }: Portion): Pick<JobListing, 'limit' | 'mini_batch' | 'step'> {
  return from === 0 && step === undefined ? { limit: count } : { mini_batch: from, ...(step !== undefined && { step }) };
}
