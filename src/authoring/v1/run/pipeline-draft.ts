import { defaultExperiment } from '../../../jobs/create.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { instance, nonEmptyText, optional, text } from '../options/rules.ts';
import { Workspace } from '../workspace.ts';
import { type CompileForOptions, Pipeline, SUBMIT, type SubmitOptions } from './pipeline.ts';
import type { PipelineRun } from './pipeline-run.ts';

/** What a PipelineDraft is made from. */
export interface PipelineDraftOptions extends SubmitOptions {
  /** Where it runs. */
  readonly workspace: Workspace;
  /** What is submitted. */
  readonly pipeline: Pipeline;
  /** For people. */
  readonly name?: string | undefined;
  /** For people. */
  readonly description?: string | undefined;
  /** Default: the working directory's name. */
  readonly experimentName?: string | undefined;
}

const CREATE = new Options<PipelineDraftOptions>('PipelineDraft.create', {
  workspace: instance(Workspace),
  pipeline: instance(Pipeline),
  name: optional(text),
  description: optional(text),
  experimentName: optional(nonEmptyText),
  ...SUBMIT,
});

/** A pipeline with values for its parameters, to be submitted later or again. Source: azureml.pipeline.core.PipelineDraft. */
export class PipelineDraft {
  /** For people. */
  readonly name: string | undefined;
  /** For people. */
  readonly description: string | undefined;
  /** What its runs are filed under. */
  readonly experimentName: string;
  readonly #pipeline: Pipeline;
  readonly #options: SubmitOptions;

  private constructor({
    workspace: _,
    pipeline,
    name,
    description,
    experimentName = defaultExperiment(process.cwd()),
    ...options
  }: PipelineDraftOptions) {
    this.#pipeline = pipeline;
    this.name = name;
    this.description = description;
    this.experimentName = experimentName;
    this.#options = options;
  }

  /** Values in Python's order (workspace, pipeline, name, description, experimentName), or options. @throws RequestError for a wrong option. */
  static create(
    ...given:
      | readonly [options: PipelineDraftOptions]
      | readonly [workspace: Workspace, pipeline: Pipeline, options?: Omit<PipelineDraftOptions, 'workspace' | 'pipeline'>]
      | readonly [workspace: Workspace, pipeline: Pipeline, name: string, description?: string, experimentName?: string]
  ): PipelineDraft {
    return new PipelineDraft(CREATE.judge(arranged(CREATE.of, ['workspace', 'pipeline', 'name', 'description', 'experimentName'], given)));
  }

  /** Starts it. What is given here stands before what the draft has. @throws RequestError for a wrong option or parameter. */
  async submitRun({ experimentName = this.experimentName, ...options }: CompileForOptions = {}): Promise<PipelineRun> {
    const pipelineParameters = { ...this.#options.pipelineParameters, ...options.pipelineParameters };
    return this.#pipeline.submit(experimentName, { ...this.#options, ...options, pipelineParameters });
  }
}
