import { invalid, shown } from '../invalid.ts';
import type { Workspace } from '../workspace.ts';
import { Pipeline, type SubmitOptions } from './pipeline.ts';
import type { PipelineRun } from './pipeline-run.ts';

export interface PipelineDraftOptions extends SubmitOptions {
  readonly workspace: Workspace;
  readonly pipeline: Pipeline;
  readonly name: string;
  readonly description?: string | undefined;
  readonly experimentName: string;
}

/** A pipeline with values for its parameters, to be submitted later or again. */
export class PipelineDraft {
  readonly name: string;
  readonly description: string | undefined;
  readonly experimentName: string;
  readonly #pipeline: Pipeline;
  readonly #options: SubmitOptions;

  private constructor({ workspace: _, pipeline, name, description, experimentName, ...options }: PipelineDraftOptions) {
    if (!(pipeline instanceof Pipeline)) throw invalid('pipeline', `Expected a Pipeline, found ${shown(pipeline)}.`);
    this.#pipeline = pipeline;
    this.name = name;
    this.description = description;
    this.experimentName = experimentName;
    this.#options = options;
  }

  static create(options: PipelineDraftOptions): PipelineDraft {
    return new PipelineDraft(options);
  }

  /** Starts it. What is given here stands before what the draft has. */
  async submitRun({
    experimentName = this.experimentName,
    ...options
  }: SubmitOptions & { readonly experimentName?: string } = {}): Promise<PipelineRun> {
    const pipelineParameters = { ...this.#options.pipelineParameters, ...options.pipelineParameters };
    return this.#pipeline.submit(experimentName, { ...this.#options, ...options, pipelineParameters });
  }
}
