/** Where everything of a job is on disk. Nothing else in the code joins these names. */
import { join } from 'node:path';

export interface JobLayout {
  readonly directory: string;
  /** The JobSpec as JSON. */
  readonly spec: string;
  /** What the spec does not say of the job: when it was made, its limit. */
  readonly facts: string;
  /** How its last life ended. */
  readonly ending: string;
  /** Numbered events, one JSON line each. */
  readonly events: string;
  /** Who runs the job now: `{pid, started}`. */
  readonly coordinator: string;
  /** stdout and stderr of a coordinator that runs in the background. */
  readonly coordinatorLog: string;
  /** Logs of those steps that copy them here (`--copy_logs_to_parent`), a folder each. */
  readonly logs: string;
  /** Counts of those steps that push them here (`--push_metrics_to_parent`). */
  readonly metrics: string;
  /** What scripts of its steps logged with `Run.parent.log`: JSON lines, a file for each process that logs. */
  readonly runLog: string;
  step(name: string): StepLayout;
}

export interface StepLayout {
  readonly directory: string;
  /** The snapshot of the step's code; the script's working directory. */
  readonly code: string;
  readonly logs: string;
  /** Manifest, ledger, segments of a parallel step. */
  readonly state: string;
  /** Inputs that had to be laid out for the step (several files, downloads). */
  readonly inputs: string;
  /** What goes to an object store, until it is there: a folder for each output. */
  readonly outputs: string;
  /** What is known of the uploads of outputs: a folder for each. */
  readonly uploads: string;
  /** The command has ended well, and its outputs are yet to go up. */
  readonly ran: string;
  /** What became of the step, and where its outputs are; what resume reads. */
  readonly record: string;
  /** The files of the code snapshot with their hashes; there once the snapshot is whole. */
  readonly snapshot: string;
  /** The same of each code that edited code has replaced: `0.json`, `1.json` … */
  readonly formerCode: string;
  /** The output `artifacts`: what the step wrote to it, and its `./outputs` once it has ended. */
  readonly artifacts: string;
  /** What its scripts are told of the run they are in (`python/shims/azureml`). */
  readonly run: string;
  /** What its scripts logged with `Run.log`: JSON lines, a file for each process that logs. */
  readonly metrics: string;
  /** What its scripts logged with MLflow: a file store. */
  readonly mlruns: string;
}

/** The code of a registered component's step; the same files are there once. */
export function componentCode(home: string, component: string, hash: string): string {
  return join(home, 'components', component, hash);
}

/** Inputs that jobs have fetched as a whole, for the next one that needs the same. */
export function fetchedCache(home: string): string {
  return join(home, 'cache', 'fetched');
}

export function jobLayout(home: string, job: string): JobLayout {
  const directory = join(home, 'jobs', job);
  return {
    directory,
    spec: join(directory, 'spec.json'),
    facts: join(directory, 'job.json'),
    ending: join(directory, 'end.json'),
    events: join(directory, 'events.jsonl'),
    coordinator: join(directory, 'coordinator.json'),
    coordinatorLog: join(directory, 'coordinator.log'),
    logs: join(directory, 'logs'),
    metrics: join(directory, 'metrics.json'),
    runLog: join(directory, 'metrics'),
    step(name) {
      const own = join(directory, 'steps', name);
      return {
        directory: own,
        code: join(own, 'code'),
        logs: join(own, 'logs'),
        state: join(own, 'state'),
        inputs: join(own, 'inputs'),
        outputs: join(own, 'outputs'),
        uploads: join(own, 'uploads'),
        ran: join(own, 'ran.json'),
        record: join(own, 'step.json'),
        snapshot: join(own, 'snapshot.json'),
        formerCode: join(own, 'former-code'),
        artifacts: join(own, 'artifacts'),
        run: join(own, 'run.json'),
        metrics: join(own, 'metrics'),
        mlruns: join(own, 'mlruns'),
      };
    },
  };
}
