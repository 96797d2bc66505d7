import type { Status } from '../../../events/types.ts';
import { JobOperations } from '../../client/jobs.ts';
import type { StepView } from '../../client/views.ts';
import type { Workspace } from '../workspace.ts';
import { OutputReference } from './output-reference.ts';

/** A step of a pipeline that was submitted. */
export class StepRun {
  readonly workspace: Workspace;
  readonly pipelineRunId: string;
  /** What `prl job show` calls the step. */
  readonly key: string;
  /** As the step was named. */
  readonly name: string;

  constructor(workspace: Workspace, pipelineRunId: string, key: string, name: string) {
    this.workspace = workspace;
    this.pipelineRunId = pipelineRunId;
    this.key = key;
    this.name = name;
  }

  get id(): string {
    return `${this.pipelineRunId}.${this.key}`;
  }

  async getStatus(): Promise<Status> {
    return (await this.getDetails()).status;
  }

  /** How the step stands: its status, counts, error, and the folder with its logs. */
  async getDetails(): Promise<StepView> {
    const { steps, status } = await new JobOperations(this.workspace.home).get(this.pipelineRunId);
    return steps[this.key] ?? { type: 'command', status, directory: '' };
  }

  /** An output of the step by its name. */
  getOutputData(name: string): OutputReference {
    return new OutputReference(this.workspace, this.pipelineRunId, this.key, name);
  }
}
