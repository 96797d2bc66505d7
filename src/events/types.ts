/**
 * What happens in a job, told once, as numbered events. The terminal, `prl job stream --output json`, the dashboard and
 * reports are readers of this stream and of nothing else. No event is written per mini-batch: progress is sampled,
 * failures are told up to a bound and counted beyond it.
 */

export type Status =
  | 'NotStarted'
  | 'Queued'
  | 'Preparing'
  | 'Running'
  | 'Finalizing'
  | 'Completed'
  | 'Failed'
  | 'Canceled'
  | 'NotResponding';

/** An error of the user's script (or of a worker), with the script's own traceback. */
export interface ScriptError {
  /** `ValueError`, `TypeError`, `Timeout`, `WorkerDied`, `BadReturn`, `DataError` … */
  readonly type: string;
  /** What the script said. */
  readonly message: string;
  /** The script's frames only, as its language prints them. */
  readonly stack?: string;
}

/** Mini-batches of a step, and what became of them. */
export interface MiniBatchCounts {
  /** Known mini-batches so far; final once `planned` is true. */
  readonly total: number;
  /** All of them are known. */
  readonly planned: boolean;
  /** Those that succeeded. */
  readonly done: number;
  /** Those that failed for good. */
  readonly failed: number;
  /** Attempts beyond the first of each mini-batch. */
  readonly retries: number;
}

/** Items (files or rows) of a step, and what became of them. */
export interface ItemCounts {
  /** Known items so far. */
  readonly total: number;
  /** Those that succeeded. */
  readonly done: number;
  /** Counted as `error_threshold` does; without one, items of mini-batches that failed for good. */
  readonly failed: number;
}

/** Items that failed for good: no row of them is in the output. */
export interface MissingItems {
  /** How many. */
  readonly items: number;
  /** Of how many mini-batches. */
  readonly miniBatches: number;
}

/** One running attempt. */
export interface RunningAttempt {
  /** `processNNN`, with its node where there are several. */
  readonly worker: string;
  /** Its place in the input; 0-based. */
  readonly miniBatch: number;
  /** From 1. */
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** An attempt that failed, as it is told. */
export interface FailedAttempt {
  /** Its place in the input; 0-based. */
  readonly miniBatch: number;
  /** From 1. */
  readonly attempt: number;
  /** `processNNN`, with its node where there are several. */
  readonly worker: string;
  /** What went wrong. */
  readonly error: ScriptError;
  /** True: the mini-batch, or the part of it that was tried, failed for good. */
  readonly final: boolean;
  /** Where only some of its items were tried: which. */
  readonly part?: {
    /** The first of them; 0-based. */
    readonly from: number;
    /** The one behind the last. */
    readonly to: number;
  };
  /** The mini-batch in words: `images/7.png … (10 files)`, `sales.csv bytes 1048576–2097152`. */
  readonly what: string;
}

/** A mini-batch that took long. */
export interface SlowMiniBatch {
  /** Its place in the input; 0-based. */
  readonly miniBatch: number;
  /** Who ran it. */
  readonly worker: string;
  /** How long `run()` took. */
  readonly seconds: number;
  /** The mini-batch in words. */
  readonly what: string;
}

/** What ran under one code. */
export interface RanUnder {
  /** Tells the code from others: of the names and contents of its files. */
  readonly hash: string;
  /** How many were done under it. */
  readonly miniBatches: number;
}

/** Failed attempts of one kind: the same exception from the same line of the script. */
export interface CountedError {
  /** What went wrong, the first time. */
  readonly error: ScriptError;
  /** How often. */
  readonly count: number;
  /** Where it was first met; 0-based. */
  readonly firstMiniBatch: number;
  /** The mini-batch in words. */
  readonly what: string;
}

/** What is told of a parallel step when it has ended. */
export interface StepSummary {
  /** Mini-batches, and what became of them. */
  readonly miniBatches: MiniBatchCounts;
  /** Items, and what became of them. */
  readonly items: ItemCounts;
  /** Rows that came back. Absent in records of earlier versions. */
  readonly rows?: number;
  /** Mini-batches that returned fewer rows than they got items. */
  readonly shortReturns: number;
  /** Items that failed for good, where there are any. */
  readonly missing?: MissingItems;
  /** At most 5, slowest first. */
  readonly slowest: readonly SlowMiniBatch[];
  /** At most 5 kinds, commonest first. */
  readonly errors: readonly CountedError[];
  /** Where mini-batches were done under more than one code: how many under which, oldest first. */
  readonly code?: readonly RanUnder[];
  /** How many kinds there were (200 are told apart), where `errors` has only the commonest. */
  readonly errorKinds?: number;
}

/** What a script logged under a name. `NaN` and the infinities are texts. */
export type MetricValue = number | string;

/** What happened. */
export type EventBody =
  /** The job is in another state; `error` says why it ended otherwise than completed. */
  | {
      readonly type: 'job_status';
      readonly status: Status;
      readonly error?: string;
      /** Of a resumed one: all its steps run again, and nothing of what they had done counts. */
      readonly fromScratch?: true;
    }
  /** One sentence to be told; `step`: the step that it is about, if any. */
  | { readonly type: 'notice'; readonly level: 'info' | 'warning'; readonly message: string; readonly step?: string }
  | {
      readonly type: 'step_status';
      /** The name of the step; `outer.inner` inside another. */
      readonly step: string;
      /** As Azure names them. */
      readonly status: Status;
      /** What went wrong. */
      readonly error?: string;
      /** The step whose finished outputs were taken: `JOB.STEP`. */
      readonly reusedFrom?: string;
      /** Why it runs though an earlier run of it is there. */
      readonly notReused?: string;
      /** Why it did not run. */
      readonly skippedBecause?: string;
      /** Of a command. */
      readonly exitCode?: number;
      /** Of one that failed: to resume the job would end the same way. */
      readonly lasting?: true;
    }
  | {
      readonly type: 'progress';
      /** The name of the step; `outer.inner` inside another. */
      readonly step: string;
      /** Mini-batches, and what became of them. */
      readonly miniBatches: MiniBatchCounts;
      /** Items, and what became of them. */
      readonly items: ItemCounts;
      /** What an item is, when the planner knows. */
      readonly unit?: 'file' | 'row';
      /** Worker processes that finished `init()`. */
      readonly workers: number;
      /** At most the eight longest-running. */
      readonly running: readonly RunningAttempt[];
    }
  /** An attempt of a mini-batch failed. */
  | ({ readonly type: 'attempt_failed'; readonly step: string } & FailedAttempt)
  /** A worker failed before its first mini-batch: told once for each kind of error. The step goes on unless all fail. */
  | { readonly type: 'init_failed'; readonly step: string; readonly worker: string; readonly error: ScriptError }
  /** A worker died, for the reason given. */
  | { readonly type: 'worker_lost'; readonly step: string; readonly worker: string; readonly reason: string }
  /** What the step's scripts have logged (`Run.log`, MLflow): the latest values of those that changed, sampled. */
  | { readonly type: 'metrics'; readonly step: string; readonly metrics: Readonly<Record<string, MetricValue>> }
  /** A parallel step has ended; `output`: the file with its rows, absolute. */
  | { readonly type: 'step_summary'; readonly step: string; readonly summary: StepSummary; readonly output?: string };

/** `n` counts from 1 within a job, without gaps; `time` is ISO 8601 in UTC. */
export type JobEvent = EventBody & EventNumber;

/** Where an event stands. */
export interface EventNumber {
  /** From 1 within a job, without gaps. */
  readonly n: number;
  /** ISO 8601 in UTC. */
  readonly time: string;
}

/** Where events go. Never throws and never waits: recording a run can not break or slow the run. */
export type Emit = (event: EventBody) => void;
