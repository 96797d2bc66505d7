/** What is known of a job before any of its steps has run. */
import type { JobSpec } from '../../language/types.ts';
import type { Macros } from './inputs.ts';

export interface JobFacts {
  readonly job: string;
  readonly standalone: boolean;
  readonly defaultDatastore: string;
  readonly experimentName: string;
  /** Only some mini-batches are run: what comes out is not the job's result, and must not stand where that would. */
  readonly trial: boolean;
}

const mainDatastore = 'workspaceblobstore';

export function jobFacts(name: string, { experimentName, settings, standalone }: JobSpec, trial = false): JobFacts {
  return {
    job: name,
    standalone,
    trial,
    defaultDatastore: (settings.defaultDatastore ?? mainDatastore).replace(/^azureml:/, ''),
    // Jobs of an earlier version may have none.
    experimentName: experimentName ?? 'Default',
  };
}

/** What `${{name}}` and the like stand for where the job as a whole is meant: in its own inputs and outputs. */
export function macrosOf({ job, defaultDatastore, experimentName }: JobFacts): Macros {
  return { name: job, default_datastore: defaultDatastore, experiment_name: experimentName };
}
