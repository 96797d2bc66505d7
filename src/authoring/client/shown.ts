/** What the program knows of a job, as views. */
import type { JobListing, ShownJob, ShownStep } from '../../jobs/show.ts';
import type { FinishedJob, JobSummary, JobView, StepView } from './views.ts';

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
