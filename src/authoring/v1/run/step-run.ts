import type { Status } from '../../../events/types.ts';
import type { JobSpec } from '../../../language/types.ts';
import { JobOperations } from '../../client/jobs.ts';
import type { StepView } from '../../client/views.ts';
import type { Workspace } from '../workspace.ts';
import { inOptionWords } from './option-words.ts';
import { PortDataReference } from './port-data-reference.ts';

/** The job that a step is of. */
export interface RunOfJob {
  /** The job's name. */
  readonly id: string;
  /** The job as it was submitted. */
  readonly spec: JobSpec;
}

/** A step of a pipeline that was submitted. Source: azureml.pipeline.core.StepRun. */
export class StepRun {
  /** Where it runs. */
  readonly workspace: Workspace;
  /** The name of the job. */
  readonly pipelineRunId: string;
  /** What `prl job show` calls the step. */
  readonly key: string;
  /** As the step was named. */
  readonly name: string;
  readonly #run: RunOfJob;

  /** Made by a PipelineRun. */
  constructor(workspace: Workspace, run: RunOfJob, key: string, name: string) {
    this.workspace = workspace;
    this.pipelineRunId = run.id;
    this.key = key;
    this.name = name;
    this.#run = run;
  }

  /** Unique among the steps of all jobs. */
  get id(): string {
    return `${this.pipelineRunId}.${this.key}`;
  }

  /** How it stands. */
  async getStatus(): Promise<Status> {
    return (await this.getDetails()).status;
  }

  /** How the step stands: its status, counts, error, and the folder with its logs. */
  async getDetails(): Promise<StepView> {
    const { steps, status } = await new JobOperations(this.workspace.home).get(this.pipelineRunId);
    const step = steps[this.key] ?? { type: 'command', status, directory: '' };
    return step.error === undefined ? step : { ...step, error: inOptionWords(step.error) };
  }

  /** An output of the step by its name. */
  getOutputData(name: string): PortDataReference {
    return new PortDataReference(this.workspace, this.#run, this.key, name);
  }

  /** The outputs of the step, by name. */
  getOutputs(): Readonly<Record<string, PortDataReference>> {
    const step = this.#run.spec.steps[this.key];
    const names = Object.keys({ ...step?.outputPorts, ...step?.outputs });
    return Object.fromEntries(names.map((name) => [name, this.getOutputData(name)]));
  }
}
