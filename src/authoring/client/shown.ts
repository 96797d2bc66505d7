/** What the program knows of a job, as views. */
import type { JobListing, ShownJob, ShownStep } from '../../jobs/show.ts';
import type { FinishedJob, JobSummary, JobView, StepView } from './views.ts';

export function jobSummary(job: JobListing): JobSummary {
  const { name, status, directory, file, start_time, end_time, duration_s, experiment_name, tags, properties, inputs, outputs } = job;
  const { limit, error } = job;
  return {
    name,
    status,
    displayName: job.display_name,
    ...(experiment_name !== undefined && { experimentName: experiment_name }),
    directory,
    ...(file !== undefined && { file }),
    createdAt: job.creation_context.created_at,
    ...(start_time !== undefined && { startTime: start_time }),
    ...(end_time !== undefined && { endTime: end_time }),
    ...(duration_s !== undefined && { durationS: duration_s }),
    tags,
    properties,
    inputs,
    outputs,
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
