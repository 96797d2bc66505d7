/** What a program sees of a job: what `prl job show --output json` prints, in TypeScript's case. */
import type { Status } from '../../events/types.ts';

/** A job in a list. */
export interface JobSummary {
  /** Unique in its home. */
  readonly name: string;
  /** What has become of it so far. */
  readonly status: Status;
  /** The name that people see. */
  readonly displayName: string;
  /** The job's folder on this machine; absolute. */
  readonly directory: string;
  /** The job ran only so many mini-batches of each parallel step. */
  readonly limit?: number;
  /** Why it ended otherwise than completed. */
  readonly error?: string;
}

/** A job with its steps. */
export interface JobView extends JobSummary {
  /** False: it ended early, and to resume it would end the same way. Absent otherwise. */
  readonly resumable?: false;
  /** By name; steps inside a pipeline step are named `outer.inner`, the step of a standalone job is `main`. */
  readonly steps: Readonly<Record<string, StepView>>;
}

/** A job that has ended well. */
export interface FinishedJob extends JobView {
  /** It ended well. */
  readonly status: 'Completed';
}

/** How many mini-batches a parallel step has, and what became of them. */
export interface StepMiniBatches {
  /** As many as there are; while the input is still being planned, as many as are known. */
  readonly total: number;
  /** Those that succeeded. */
  readonly done: number;
  /** Those that failed for good. */
  readonly failed: number;
  /** Attempts beyond the first of each mini-batch. */
  readonly retries: number;
}

/** How many items (files or rows) a parallel step has, and what became of them. */
export interface StepItems {
  /** As many as there are; while the input is still being planned, as many as are known. */
  readonly total: number;
  /** Those of mini-batches that succeeded. */
  readonly done: number;
  /** As `errorThreshold` counts them. */
  readonly failed: number;
}

/** A step of a job. */
export interface StepView {
  /** What kind of work. */
  readonly type: 'parallel' | 'command' | 'pipeline';
  /** What has become of it so far. */
  readonly status: Status;
  /** The step's folder; its logs are in `logs/` there. */
  readonly directory: string;
  /** Of a command that has ended. */
  readonly exitCode?: number;
  /** Why it failed. */
  readonly error?: string;
  /** The step whose finished outputs were taken instead of running: `JOB.STEP`. */
  readonly reusedFrom?: string;
  /** Only of parallel steps. */
  readonly miniBatches?: StepMiniBatches;
  /** Only of parallel steps. */
  readonly items?: StepItems;
}
