import type { Status } from '../../../events/types.ts';
import type { JobSpec } from '../../../language/types.ts';
import { withHome } from '../../client/home.ts';
import { JobError } from '../../client/job-error.ts';
import { JobOperations } from '../../client/jobs.ts';
import { invalid } from '../invalid.ts';
import type { Workspace } from '../workspace.ts';
import { OutputReference } from './output-reference.ts';
import { eventLine } from './show-output.ts';
import { StepRun } from './step-run.ts';

export interface WaitOptions {
  /** Print what happens to stdout. Default: true. */
  readonly showOutput?: boolean | undefined;
  /** Give up waiting after so many seconds; the run goes on. Default: never. */
  readonly timeoutSeconds?: number | undefined;
  /** Throw when the run did not complete. Default: true. */
  readonly raiseOnError?: boolean | undefined;
}

/** A pipeline that was submitted. */
export class PipelineRun {
  readonly workspace: Workspace;
  readonly experimentName: string;
  /** The name of the job: what `prl job show --name` takes. */
  readonly id: string;
  readonly #spec: JobSpec;
  readonly #jobs: JobOperations;

  constructor(workspace: Workspace, experimentName: string, id: string, spec: JobSpec) {
    this.workspace = workspace;
    this.experimentName = experimentName;
    this.id = id;
    this.#spec = spec;
    this.#jobs = new JobOperations(workspace.home);
  }

  /** A run that was submitted before. @throws RequestError when there is none. */
  static async get(workspace: Workspace, id: string): Promise<PipelineRun> {
    return withHome(workspace.home, (store) => {
      const spec = store.jobs.spec(store.jobs.get(id).name);
      return new PipelineRun(workspace, spec.experimentName ?? '', id, spec);
    });
  }

  async getStatus(): Promise<Status> {
    return (await this.#jobs.get(this.id)).status;
  }

  /** Every step, in the order of the pipeline. */
  getSteps(): readonly StepRun[] {
    return Object.entries(this.#spec.steps).map(([key, step]) => new StepRun(this.workspace, this.id, key, step.component.name ?? key));
  }

  /** The steps of this name. */
  findStepRun(name: string): readonly StepRun[] {
    return this.getSteps().filter((step) => step.name === name);
  }

  /** The output that a PipelineData with this `pipelineOutputName` is. @throws RequestError when the pipeline has none of the name. */
  getPipelineOutput(name: string): OutputReference {
    const known = Object.keys(this.#spec.outputs);
    if (!known.includes(name))
      throw invalid('name', `The pipeline has no output ${name}.`, known.length === 0 ? 'It has none.' : `It has: ${known.join(', ')}.`);
    return new OutputReference(this.workspace, this.id, undefined, name);
  }

  /** Waits for the end and gives the final status. @throws JobError when the run did not complete. */
  async waitForCompletion({ showOutput = true, timeoutSeconds, raiseOnError = true }: WaitOptions = {}): Promise<Status> {
    if (showOutput) process.stdout.write(`PipelineRunId: ${this.id}\n`);
    const signal = timeoutSeconds === undefined ? undefined : AbortSignal.timeout(timeoutSeconds * 1000);
    for await (const event of this.#jobs.stream(this.id, { signal })) {
      const line = showOutput ? eventLine(event) : undefined;
      if (line !== undefined) process.stdout.write(`${line}\n`);
    }
    const job = await this.#jobs.get(this.id);
    const stillRuns = signal?.aborted === true && !['Completed', 'Failed', 'Canceled'].includes(job.status);
    if (raiseOnError && job.status !== 'Completed' && !stillRuns) throw new JobError(job);
    return job.status;
  }

  /** Ends the run now. Returns when every process of it is gone. */
  async cancel(): Promise<void> {
    await this.#jobs.cancel(this.id);
  }
}
