/** What a program sees of a job: what `prl job show --output json` prints, in TypeScript's case. */
import type { Status } from '../../events/types.ts';
import type { JobListing, ShownJob, ShownStep } from '../../jobs/show.ts';

export interface JobSummary {
  readonly name: string;
  readonly status: Status;
  readonly displayName: string;
  /** The job's folder on this machine. */
  readonly directory: string;
  /** The job ran only so many mini-batches of each parallel step. */
  readonly limit?: number;
  readonly error?: string;
}

export interface JobView extends JobSummary {
  /** False: it ended early, and to resume it would end the same way. Absent otherwise. */
  readonly resumable?: false;
  /** By name; steps inside a pipeline step are named `outer.inner`, the step of a standalone job is `main`. */
  readonly steps: Readonly<Record<string, StepView>>;
}

/** A job that has ended well. */
export type FinishedJob = JobView & { readonly status: 'Completed' };

export interface StepView {
  readonly type: 'parallel' | 'command' | 'pipeline';
  readonly status: Status;
  /** The step's folder; its logs are in `logs/` there. */
  readonly directory: string;
  readonly exitCode?: number;
  readonly error?: string;
  /** The step whose finished outputs were taken instead of running: `JOB.STEP`. */
  readonly reusedFrom?: string;
  /** Only of parallel steps. `retries`: attempts beyond the first of each mini-batch. */
  readonly miniBatches?: { readonly total: number; readonly done: number; readonly failed: number; readonly retries: number };
  /** Only of parallel steps. `failed` counts as `errorThreshold` does. */
  readonly items?: { readonly total: number; readonly done: number; readonly failed: number };
}

export function jobSummary({ name, status, display_name, directory, limit, error }: JobListing): JobSummary {
  return {
    name,
    status,
    displayName: display_name,
    directory,
    ...(limit !== undefined && { limit }),
    ...(error !== undefined && { error }),
  };
}

export function jobView(job: ShownJob): JobView {
  const steps = Object.entries(job.steps).map(([name, step]) => [name, stepView(step)] as const);
  return { ...jobSummary(job), ...(job.resumable === false && { resumable: false }), steps: Object.fromEntries(steps) };
}

function stepView({ type, status, directory, exit_code, error, reused_from, mini_batches, items }: ShownStep): StepView {
  return {
    type,
    status,
    directory,
    ...(exit_code !== undefined && { exitCode: exit_code }),
    ...(error !== undefined && { error }),
    ...(reused_from !== undefined && { reusedFrom: reused_from }),
    ...(mini_batches !== undefined && { miniBatches: mini_batches }),
    ...(items !== undefined && { items }),
  };
}

export function isFinished(job: JobView): job is FinishedJob {
  return job.status === 'Completed';
}
