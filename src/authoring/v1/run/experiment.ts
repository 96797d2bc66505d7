import { withHome } from '../../client/home.ts';
import { Graph } from '../graph/graph.ts';
import { invalid, shown } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { instance, judgedLater } from '../options/rules.ts';
import { Workspace } from '../workspace.ts';
import { checkExperimentName, compileFor, Pipeline, type SubmitOptions } from './pipeline.ts';
import { PipelineDraft } from './pipeline-draft.ts';
import { PipelineRun } from './pipeline-run.ts';
import { submitPipeline } from './submit.ts';

/** What an Experiment is made from. */
export interface ExperimentOptions {
  /** Where its runs are. */
  readonly workspace: Workspace;
  /** Letters, digits, dashes and underscores, beginning with a letter or digit. */
  readonly name: string;
}

const OPTIONS = new Options<ExperimentOptions>('Experiment', { workspace: instance(Workspace), name: judgedLater() });

/** A name that runs are filed under. Values in Python's order (workspace, name), or options. Source: azureml.core.Experiment. */
export class Experiment {
  /** Where its runs are. */
  readonly workspace: Workspace;
  /** What its runs are filed under. */
  readonly name: string;

  /** @throws RequestError for a name that is not allowed. */
  constructor(...given: readonly [options: ExperimentOptions] | readonly [workspace: Workspace, name: string]) {
    const raw = arranged(OPTIONS.of, OPTIONS.names, given);
    checkExperimentName(raw.name);
    const { workspace, name } = OPTIONS.judge(raw);
    this.workspace = workspace;
    this.name = name;
  }

  /** Starts a pipeline, a draft, or a graph that was built by hand. @throws RequestError for a parameter that is unknown or has a wrong value. */
  async submit(work: Pipeline | PipelineDraft | Graph, options: SubmitOptions = {}): Promise<PipelineRun> {
    if (work instanceof Pipeline) return work.submit(this.name, options);
    if (work instanceof PipelineDraft) return work.submitRun({ ...options, experimentName: this.name });
    if (!(work instanceof Graph)) throw invalid('config', `Expected a Pipeline, a PipelineDraft or a Graph, found ${shown(work)}.`);
    return submitPipeline(this.workspace, this.name, compileFor(this.workspace, work, { ...options, experimentName: this.name }));
  }

  /** The runs of this experiment, newest first. */
  async getRuns(): Promise<readonly PipelineRun[]> {
    return withHome(this.workspace.home, (store) =>
      store.jobs
        .list()
        .filter((job) => job.experimentName === this.name)
        .map((job) => new PipelineRun(this.workspace, this.name, job.name, store.jobs.spec(job.name))),
    );
  }
}
