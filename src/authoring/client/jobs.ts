import { followEvents } from '../../events/read.ts';
import type { JobEvent } from '../../events/types.ts';
import { startJobInBackground } from '../../jobs/background.ts';
import { cancelJob } from '../../jobs/cancel.ts';
import { liveCoordinator } from '../../jobs/coordinator.ts';
import { createJob } from '../../jobs/create.ts';
import { type DownloadOptions, downloadJob } from '../../jobs/download.ts';
import { resumeJob } from '../../jobs/resume.ts';
import { listJobs, showJob } from '../../jobs/show.ts';
import type { JobSpec } from '../../language/types.ts';
import { processContext } from '../../os/process-context.ts';
import type { JobFilter } from '../../store/jobs.ts';
import { withHome } from './home.ts';
import { JobError } from './job-error.ts';
import { type FinishedJob, isFinished, type JobSummary, type JobView, jobSummary, jobView } from './views.ts';

/** What can be run: a job, or a component with the values that its inputs were declared with. */
export type Runnable = { readonly spec: JobSpec } | (() => { readonly spec: JobSpec });

export interface CreateOptions {
  /** The name of the job; unique. Default: the job's own, else made up. */
  readonly name?: string | undefined;
  /** Only the first mini-batches of each parallel step. */
  readonly limit?: number | undefined;
  /** Run every step, also those whose finished outputs could be taken. Default: false. */
  readonly forceRerun?: boolean | undefined;
}

export interface StreamOptions {
  /** Number of the first event wanted. Default 1. */
  readonly from?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DownloadJobOptions {
  readonly name: string;
  /** Only this output: one of the job's, or `step.output`. */
  readonly outputName?: string | undefined;
  /** All outputs, of the job and of its steps, and the artifacts. Neither this nor a name: the artifacts alone. */
  readonly all?: boolean | undefined;
  /** Default: the working directory. */
  readonly downloadPath?: string | undefined;
}

/** Jobs of a home. Every method throws a RequestError for what is not there or not allowed. */
export class JobOperations {
  readonly #home: string;
  constructor(home: string) {
    this.#home = home;
  }

  /** Stores the job and starts it in a process of its own; returns as soon as that process exists. */
  async createOrUpdate(job: Runnable, { name, limit, forceRerun }: CreateOptions = {}): Promise<JobView> {
    const { spec } = typeof job === 'function' ? job() : job;
    return withHome(this.#home, async (store) => {
      const record = await createJob(store, spec, { ...(name !== undefined && { name }), ...(limit !== undefined && { limit }) });
      await startJobInBackground(processContext(), store, record.name, { forceRerun: forceRerun === true });
      return jobView(await showJob(store, record.name));
    });
  }

  async get(name: string): Promise<JobView> {
    return withHome(this.#home, async (store) => jobView(await showJob(store, name)));
  }

  /** Newest first. */
  async list(filter: JobFilter = {}): Promise<readonly JobSummary[]> {
    return withHome(this.#home, async (store) => (await listJobs(store, filter)).map(jobSummary));
  }

  /** The job's events, from the start or from a number on, until the job has ended (or now, when it has already). */
  async *stream(name: string, { from, signal }: StreamOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    const layout = await withHome(this.#home, (store) => store.layout(store.jobs.get(name).name));
    yield* followEvents(layout.events, {
      ...(from !== undefined && { from }),
      ...(signal !== undefined && { signal }),
      alive: () => liveCoordinator(layout) !== undefined,
    });
  }

  /** Waits for the job's end. @throws JobError when it did not complete. */
  async wait(name: string): Promise<FinishedJob> {
    for await (const _event of this.stream(name));
    const job = await this.get(name);
    if (!isFinished(job)) throw new JobError(job);
    return job;
  }

  /** Creates the job, follows it, and waits for its end. @throws JobError when it did not complete. */
  async run(
    job: Runnable,
    { onEvent, ...options }: CreateOptions & { readonly onEvent?: ((event: JobEvent) => void) | undefined } = {},
  ): Promise<FinishedJob> {
    const { name } = await this.createOrUpdate(job, options);
    if (onEvent !== undefined) for await (const event of this.stream(name)) onEvent(event);
    return this.wait(name);
  }

  /** Ends the job now; it can be resumed. Returns when every process of it is gone. */
  async cancel(name: string): Promise<JobView> {
    return withHome(this.#home, async (store) => {
      await cancelJob(processContext(), store, name);
      return jobView(await showJob(store, name));
    });
  }

  /** Carries on, in the background, with a job that ended early; what is finished is not done again. */
  async resume(name: string): Promise<JobView> {
    return withHome(this.#home, async (store) => {
      await resumeJob(processContext(), store, name);
      return jobView(await showJob(store, name));
    });
  }

  /** Hides the job from lists. */
  async archive(name: string): Promise<void> {
    await withHome(this.#home, (store) => store.jobs.setArchived(store.jobs.get(name).name, true));
  }

  /** Takes an archived job back into lists. */
  async restore(name: string): Promise<void> {
    await withHome(this.#home, (store) => store.jobs.setArchived(store.jobs.get(name).name, false));
  }

  /** Writes `named-outputs/<name>/…`, or `artifacts/…`, below the download path. Returns the folders written. */
  async download({ name, ...options }: DownloadJobOptions): Promise<readonly string[]> {
    const given: DownloadOptions = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    return withHome(this.#home, (store) => downloadJob(store, name, given));
  }
}
