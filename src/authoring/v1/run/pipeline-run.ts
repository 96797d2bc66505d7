import type { Status } from '../../../events/types.ts';
import type { JobSpec } from '../../../language/types.ts';
import { withHome } from '../../client/home.ts';
import { JobError } from '../../client/job-error.ts';
import { JobOperations } from '../../client/jobs.ts';
import type { JobView } from '../../client/views.ts';
import { mapValues } from '../../document.ts';
import { invalid } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, optional, rule } from '../options/rules.ts';
import type { Workspace } from '../workspace.ts';
import { inOptionWords } from './option-words.ts';
import { PortDataReference } from './port-data-reference.ts';
import { eventLine } from './show-output.ts';
import { type RunOfJob, StepRun } from './step-run.ts';

/** How `waitForCompletion` waits. */
export interface WaitOptions {
  /** Print what happens to stdout. Default: true. */
  readonly showOutput?: boolean | undefined;
  /** Give up waiting after so many seconds; the run goes on. Default: never. */
  readonly timeoutSeconds?: number | undefined;
  /** Throw when the run did not complete. Default: true. */
  readonly raiseOnError?: boolean | undefined;
}

const WAIT = new Options<WaitOptions>('waitForCompletion', {
  showOutput: optional(flag),
  timeoutSeconds: optional(rule<number>('a number of seconds above 0', (value) => typeof value === 'number' && value > 0)),
  raiseOnError: optional(flag),
});

function jobInOptionWords({ error, steps, ...job }: JobView): JobView {
  const told = mapValues(steps, (step) => (step.error === undefined ? step : { ...step, error: inOptionWords(step.error) }));
  return { ...job, ...(error !== undefined && { error: inOptionWords(error) }), steps: told };
}

/** A pipeline that was submitted. Source: azureml.pipeline.core.PipelineRun. */
export class PipelineRun {
  /** Where it runs. */
  readonly workspace: Workspace;
  /** What it is filed under. */
  readonly experimentName: string;
  /** The name of the job: what `prl job show --name` takes. */
  readonly id: string;
  readonly #run: RunOfJob;
  readonly #jobs: JobOperations;

  /** Made by submitting, or by `PipelineRun.get`. */
  constructor(workspace: Workspace, experimentName: string, id: string, spec: JobSpec) {
    this.workspace = workspace;
    this.experimentName = experimentName;
    this.id = id;
    this.#run = { id, spec };
    this.#jobs = new JobOperations(workspace.home);
  }

  /** A run that was submitted before. @throws RequestError when there is none. */
  static async get(workspace: Workspace, id: string): Promise<PipelineRun> {
    return withHome(workspace.home, (store) => {
      const spec = store.jobs.spec(store.jobs.get(id).name);
      return new PipelineRun(workspace, spec.experimentName ?? '', id, spec);
    });
  }

  /** How it stands. */
  async getStatus(): Promise<Status> {
    return (await this.#jobs.get(this.id)).status;
  }

  /** Every step, in the order of the pipeline. */
  getSteps(): readonly StepRun[] {
    return Object.entries(this.#run.spec.steps).map(
      ([key, step]) => new StepRun(this.workspace, this.#run, key, step.component.name ?? key),
    );
  }

  /** The runs below this one: its steps, in the order of the pipeline. `const [batch] = run.getChildren()` */
  getChildren(): readonly StepRun[] {
    return this.getSteps();
  }

  /** The steps of this name. */
  findStepRun(name: string): readonly StepRun[] {
    return this.getSteps().filter((step) => step.name === name);
  }

  /** The output that a PipelineData with this `pipelineOutputName` is. @throws RequestError when the pipeline has none of the name. */
  getPipelineOutput(name: string): PortDataReference {
    const known = Object.keys(this.#run.spec.outputs);
    if (!known.includes(name))
      throw invalid('name', `The pipeline has no output ${name}.`, known.length === 0 ? 'It has none.' : `It has: ${known.join(', ')}.`);
    return new PortDataReference(this.workspace, this.#run, undefined, name);
  }

  /**
   * Waits for the end and gives the final status. Values in Python's order (showOutput, timeoutSeconds, raiseOnError), or options.
   * @throws JobError when the run did not complete.
   */
  async waitForCompletion(
    ...given: readonly [options?: WaitOptions] | readonly [showOutput: boolean, timeoutSeconds?: number, raiseOnError?: boolean]
  ): Promise<Status> {
    const { showOutput = true, timeoutSeconds, raiseOnError = true } = WAIT.judge(arranged(WAIT.of, WAIT.names, given));
    if (showOutput) process.stdout.write(`PipelineRunId: ${this.id}\n`);
    const signal = timeoutSeconds === undefined ? undefined : AbortSignal.timeout(timeoutSeconds * 1000);
    for await (const event of this.#jobs.stream(this.id, { signal })) {
      const line = showOutput ? eventLine(event) : undefined;
      if (line !== undefined) process.stdout.write(`${line}\n`);
    }
    const job = await this.#jobs.get(this.id);
    const stillRuns = signal?.aborted === true && !['Completed', 'Failed', 'Canceled'].includes(job.status);
    if (raiseOnError && job.status !== 'Completed' && !stillRuns) throw new JobError(jobInOptionWords(job));
    return job.status;
  }

  /** Ends the run now. Returns when every process of it is gone. */
  async cancel(): Promise<void> {
    await this.#jobs.cancel(this.id);
  }
}
