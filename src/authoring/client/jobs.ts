import * as z from 'zod';
import { type Problem, RequestError } from '../../errors/types.ts';
import { followEvents } from '../../events/read.ts';
import type { JobEvent } from '../../events/types.ts';
import { startJobInBackground } from '../../jobs/background.ts';
import { cancelJob } from '../../jobs/cancel.ts';
import { liveCoordinator } from '../../jobs/coordinator.ts';
import { createJob } from '../../jobs/create.ts';
import { type DownloadOptions, downloadJob } from '../../jobs/download.ts';
import { checkInputs } from '../../jobs/preflight.ts';
import { resumeJob } from '../../jobs/resume.ts';
import { listJobs, showJob } from '../../jobs/show.ts';
import { shown } from '../../language/check.ts';
import { wantedName } from '../../language/names.ts';
import { flag, integer, nonEmpty, text, textMapping } from '../../language/schema/fields.ts';
import type { JobSpec } from '../../language/types.ts';
import { defined } from '../document.ts';
import { judged } from '../options/judge.ts';
import { callback, define } from '../options/rules.ts';
import { nameOf } from './assets.ts';
import { clientContext, withHome } from './home.ts';
import { JobError } from './job-error.ts';
import { noteStatus } from './job-status.ts';
import { isFinished, jobSummary, jobView } from './shown.ts';
import type { FinishedJob, JobSummary, JobView } from './views.ts';

/** What can be run: a job, or a component with the values that its inputs were declared with. */
export type Runnable = JobLike | (() => JobLike);

/** A job as plain data. */
export interface JobLike {
  /** What is stored and run. */
  readonly spec: JobSpec;
}

/** What is different about this run of a job. */
export interface CreateOptions {
  /** The name of the job; unique. Default: the job's own, else made up. */
  readonly name?: string | undefined;
  /** The experiment that it is filed under. Default: the job's own. */
  readonly experimentName?: string | undefined;
  /** What it does. Default: the job's own. */
  readonly description?: string | undefined;
  /** Tags, by name. Default: the job's own. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Where it runs; of a pipeline: where steps run that do not say it themselves. Default: the job's own. */
  readonly compute?: string | undefined;
  /** Only the first mini-batches of each parallel step: so many, from 1. Default: all. */
  readonly limit?: number | undefined;
  /** Run every step, also those whose finished outputs could be taken. Default: false. */
  readonly forceRerun?: boolean | undefined;
}

/** What `jobs.run` may be told. */
export interface RunOptionsOfJob extends CreateOptions {
  /** Called with each event of the job, in order. */
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
}

/** Which events are wanted. */
export interface StreamOptions {
  /** Number of the first event wanted, from 1. Default 1. */
  readonly from?: number | undefined;
  /** Ends the following, not the job. */
  readonly signal?: AbortSignal | undefined;
}

/** Which jobs are listed. */
export interface JobListOptions {
  /** `true`: only archived ones, `false` (default): only the others, `'any'`: both. */
  readonly archived?: boolean | 'any' | undefined;
  /** At most so many, from 1. Default: all. */
  readonly limit?: number | undefined;
}

/** What is downloaded of a job. */
export interface DownloadJobOptions {
  /** The job's name. */
  readonly name: string;
  /** Only this output: one of the job's, or `step.output`. */
  readonly outputName?: string | undefined;
  /** All outputs, of the job and of its steps, and the artifacts. Neither this nor a name: the artifacts alone. */
  readonly all?: boolean | undefined;
  /** Where to. Default: the working directory. */
  readonly downloadPath?: string | undefined;
}

/** What the judge found. */
export interface ValidationResult {
  /** Nothing is wrong. */
  readonly valid: boolean;
  /** Everything that is wrong. */
  readonly errors: readonly Problem[];
  /** What is allowed and yet may not be meant. */
  readonly warnings: readonly Problem[];
}

const createRules = {
  name: nonEmpty(''),
  experimentName: text('').refine((name) => wantedName('experiment', name) === undefined, {
    error: ({ input }) => wantedName('experiment', String(input)),
  }),
  description: text(''),
  tags: textMapping(''),
  compute: nonEmpty(''),
  limit: integer('', { min: 1 }),
  forceRerun: flag(''),
};
const createOptions = define<CreateOptions>('createOrUpdate')(createRules);
const runOptions = define<RunOptionsOfJob>('run')({ ...createRules, onEvent: callback });
const streamOptions = define<StreamOptions>('stream')({ from: integer('', { min: 1 }), signal: z.unknown() });
const listOptions = define<JobListOptions>('list')({
  archived: z.union([z.boolean(), z.literal('any')], { error: () => "true, false or 'any'" }),
  limit: integer('', { min: 1 }),
});
const downloadOptions = define<DownloadJobOptions>('download')({
  name: nonEmpty(''),
  outputName: nonEmpty(''),
  all: flag(''),
  downloadPath: nonEmpty(''),
});

/** Jobs of a home. Every method throws a RequestError for what is not there or not allowed. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.operations.joboperations */
export class JobOperations {
  readonly #home: string;
  /** Made by `MLClient`. @internal */
  constructor(home: string) {
    this.#home = home;
  }

  /** Stores the job and starts it in a process of its own; returns as soon as that process exists. @throws RequestError for what is wrong; then nothing is stored. */
  async createOrUpdate(job: Runnable, options: CreateOptions = {}): Promise<JobView> {
    const { name, limit, forceRerun, ...about } = judged(createOptions, options);
    const runnable = jobOf(job);
    const spec = changed(runnable.spec, about);
    return withHome(this.#home, async (store) => {
      const here = clientContext();
      const outputDir = here.environmentVariables.PARALLELRUN_OUTPUT_DIR;
      const record = await createJob(store, spec, {
        ...(name !== undefined && { name }),
        ...(limit !== undefined && { limit }),
        ...(outputDir !== undefined && { outputDir }),
      });
      await startJobInBackground(here, store, record.name, { forceRerun: forceRerun === true });
      const view = jobView(await showJob(store, record.name));
      noteStatus(runnable, view.status);
      return view;
    });
  }

  /** Judges a job without storing it. Names of registered assets and what is behind them are looked up when it is created. */
  async validate(job: Runnable): Promise<ValidationResult> {
    try {
      const runnable = jobOf(job);
      const { spec } = runnable;
      await withHome(this.#home, (store) => checkInputs(spec, store.assets));
      return { valid: true, errors: [], warnings: runnable.warnings ?? [] };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return { valid: false, errors: error.problems, warnings: [] };
    }
  }

  /** @throws RequestError when no job is called so. */
  async get(name: string): Promise<JobView> {
    const wanted = nameOf(name, 'a job');
    return withHome(this.#home, async (store) => jobView(await showJob(store, wanted)));
  }

  /** Newest first. */
  async list(options: JobListOptions = {}): Promise<readonly JobSummary[]> {
    const { archived, limit } = judged(listOptions, options);
    const filter = { ...(archived !== undefined && { archived }), ...(limit !== undefined && { limit }) };
    return withHome(this.#home, async (store) => (await listJobs(store, filter)).map(jobSummary));
  }

  /** The job's events, from the start or from a number on, until the job has ended (or now, when it has already). */
  async *stream(name: string, options: StreamOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    const { from, signal } = judged(streamOptions, options);
    nameOf(name, 'a job');
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
  async run(job: Runnable, options: RunOptionsOfJob = {}): Promise<FinishedJob> {
    const { onEvent, ...others } = judged(runOptions, options);
    const runnable = jobOf(job);
    const { name } = await this.createOrUpdate(runnable, others);
    try {
      if (onEvent !== undefined) for await (const event of this.stream(name)) onEvent(event);
      return await this.wait(name);
    } finally {
      noteStatus(runnable, (await this.get(name)).status);
    }
  }

  /** Ends the job now; it can be resumed. Returns when every process of it is gone. */
  async cancel(name: string): Promise<JobView> {
    return withHome(this.#home, async (store) => {
      await cancelJob(clientContext(), store, nameOf(name, 'a job'));
      return jobView(await showJob(store, name));
    });
  }

  /** Carries on, in the background, with a job that ended early; what is finished is not done again. */
  async resume(name: string): Promise<JobView> {
    return withHome(this.#home, async (store) => {
      await resumeJob(clientContext(), store, nameOf(name, 'a job'));
      return jobView(await showJob(store, name));
    });
  }

  /** Hides the job from lists. */
  async archive(name: string): Promise<void> {
    await withHome(this.#home, (store) => store.jobs.setArchived(store.jobs.get(nameOf(name, 'a job')).name, true));
  }

  /** Takes an archived job back into lists. */
  async restore(name: string): Promise<void> {
    await withHome(this.#home, (store) => store.jobs.setArchived(store.jobs.get(nameOf(name, 'a job')).name, false));
  }

  /** Writes `named-outputs/<name>/…`, or `artifacts/…`, below the download path. Returns the folders written. */
  async download(options: DownloadJobOptions): Promise<readonly string[]> {
    const { name, ...what } = judged(downloadOptions, options);
    const given: DownloadOptions = Object.fromEntries(Object.entries(what));
    return withHome(this.#home, (store) => downloadJob(store, nameOf(name, 'a job'), given));
  }
}

interface Given {
  readonly spec: JobSpec;
  readonly warnings?: readonly Problem[];
}

/** @throws RequestError for what is no job. */
function jobOf(job: unknown): Given {
  const made: unknown = typeof job === 'function' ? job() : job;
  if (typeof made === 'object' && made !== null && 'spec' in made) return made as Given;
  throw new RequestError({
    code: 'no-job',
    message: `Expected a job or a component, found ${shown(job)}.`,
    hint: 'A file is read with loadJob(file).',
  });
}

/** The job with what is different about this run; of a job that stands alone its step says the same. */
function changed(spec: JobSpec, { tags, ...about }: Pick<CreateOptions, 'experimentName' | 'description' | 'tags' | 'compute'>): JobSpec {
  const own = { ...defined(about), ...(tags !== undefined && { tags }) };
  const { main } = spec.steps;
  return { ...spec, ...own, ...(spec.standalone && main !== undefined && { steps: { main: { ...main, ...own } } }) };
}
