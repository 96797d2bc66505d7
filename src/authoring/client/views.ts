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
  /** The experiment that it is filed under. */
  readonly experimentName?: string;
  /** The job's folder on this machine; absolute. */
  readonly directory: string;
  /** The file that it was read from; absolute. */
  readonly file?: string;
  /** When it was created; ISO 8601 in UTC. */
  readonly createdAt: string;
  /** When it was first started; ISO 8601 in UTC. */
  readonly startTime?: string;
  /** When it ended; ISO 8601 in UTC. */
  readonly endTime?: string;
  /** How many seconds it ran, in all its lives, so far. */
  readonly durationS?: number;
  /** Tags, by name. */
  readonly tags: Readonly<Record<string, string>>;
  /** Properties, by name. */
  readonly properties: Readonly<Record<string, string>>;
  /** By name: a value, or `{type, path, mode}`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** By name. Those of a job that has not completed may not be whole. */
  readonly outputs: Readonly<Record<string, JobOutputView>>;
  /** The job ran only so many mini-batches of each parallel step. */
  readonly limit?: number;
  /** Why it ended otherwise than completed. */
  readonly error?: string;
}

/** A named output of a job. */
export interface JobOutputView {
  /** `uri_file`, `uri_folder`, `mltable` … */
  readonly type: string;
  /** Absolute. Absent where it is not known yet. */
  readonly path?: string;
  /** As the job says it; nothing here depends on it. */
  readonly mode?: string;
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
