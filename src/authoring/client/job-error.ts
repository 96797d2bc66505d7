import type { JobView } from './views.ts';

/** A job ended otherwise than completed (failed, canceled, or its coordinator is gone); thrown where a program waits for it. */
export class JobError extends Error {
  override readonly name = 'JobError';
  /** The job as it is now; the full logs are below `job.directory`. */
  readonly job: JobView;

  /** @param job as it ended */
  constructor(job: JobView) {
    const how = job.status === 'Canceled' ? 'was canceled' : job.status === 'Failed' ? 'failed' : `ended as ${job.status}`;
    const failed = Object.entries(job.steps).find(([, step]) => step.error !== undefined);
    const why = job.error ?? (failed === undefined ? undefined : `${failed[0]}: ${failed[1].error}`);
    const next = job.resumable === false ? '' : `\nCarry on with: prl job resume --name ${job.name}`;
    super(`Job ${job.name} ${how}${why === undefined ? '.' : `: ${why}`}\nIts logs: ${job.directory}${next}`);
    this.job = job;
  }
}
