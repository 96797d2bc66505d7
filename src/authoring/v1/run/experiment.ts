import { withHome } from '../../client/home.ts';
import { Graph } from '../graph/graph.ts';
import { invalid, shown } from '../invalid.ts';
import type { Workspace } from '../workspace.ts';
import { compileFor, Pipeline, type SubmitOptions } from './pipeline.ts';
import { PipelineDraft } from './pipeline-draft.ts';
import { PipelineRun } from './pipeline-run.ts';
import { submitPipeline } from './submit.ts';

/** A name that runs are filed under. */
export class Experiment {
  readonly workspace: Workspace;
  readonly name: string;

  constructor(workspace: Workspace, name: string) {
    if (!/^[A-Za-z0-9][\w-]{0,254}$/.test(name)) {
      throw invalid(
        'name',
        `The experiment name ${shown(name)} is not allowed: expected letters, digits, dashes and underscores, beginning with a letter or digit.`,
      );
    }
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
