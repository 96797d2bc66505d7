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
  readonly message: string;
  /** The script's frames only, as its language prints them. */
  readonly stack?: string;
}

export interface MiniBatchCounts {
  /** Known mini-batches so far; final once `planned` is true. */
  readonly total: number;
  readonly planned: boolean;
  readonly done: number;
  readonly failed: number;
  /** Attempts beyond the first of each mini-batch. */
  readonly retries: number;
}

export interface ItemCounts {
  readonly total: number;
  readonly done: number;
  /** Counted as `error_threshold` does. */
  readonly failed: number;
}

/** One running attempt. */
export interface RunningAttempt {
  readonly worker: string;
  readonly miniBatch: number;
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** An attempt that failed, as it is told. */
export interface FailedAttempt {
  readonly miniBatch: number;
  readonly attempt: number;
  readonly worker: string;
  readonly error: ScriptError;
  /** True: the mini-batch failed for good. */
  readonly final: boolean;
  /** The mini-batch in words: `images/7.png … (10 files)`, `sales.csv bytes 1048576–2097152`. */
  readonly what: string;
}

export interface StepSummary {
  readonly miniBatches: MiniBatchCounts;
  readonly items: ItemCounts;
  /** Mini-batches that returned fewer rows than they got items. */
  readonly shortReturns: number;
  /** At most 5, slowest first. */
  readonly slowest: readonly { readonly miniBatch: number; readonly worker: string; readonly seconds: number; readonly what: string }[];
  /** At most 5 kinds, commonest first. */
  readonly errors: readonly {
    readonly error: ScriptError;
    readonly count: number;
    readonly firstMiniBatch: number;
    readonly what: string;
  }[];
  /** Where edited code was taken while the step ran: how many mini-batches were done under which, oldest first. */
  readonly code?: readonly { readonly hash: string; readonly miniBatches: number }[];
  /** How many kinds there were (200 are told apart), where `errors` has only the commonest. */
  readonly errorKinds?: number;
}

export type EventBody =
  | { readonly type: 'job_status'; readonly status: Status; readonly error?: string }
  | { readonly type: 'notice'; readonly level: 'info' | 'warning'; readonly message: string; readonly step?: string }
  | {
      readonly type: 'step_status';
      readonly step: string;
      readonly status: Status;
      readonly error?: string;
      readonly reusedFrom?: string;
      readonly skippedBecause?: string;
      readonly exitCode?: number;
      /** Of one that failed: to resume the job would end the same way. */
      readonly lasting?: true;
    }
  | {
      readonly type: 'progress';
      readonly step: string;
      readonly miniBatches: MiniBatchCounts;
      readonly items: ItemCounts;
      /** What an item is, when the planner knows. */
      readonly unit?: 'file' | 'row';
      /** Worker processes that finished `init()`. */
      readonly workers: number;
      /** At most the eight longest-running. */
      readonly running: readonly RunningAttempt[];
    }
  | ({ readonly type: 'attempt_failed'; readonly step: string } & FailedAttempt)
  /** A worker failed before its first mini-batch: told once for each kind of error. The step goes on unless all fail. */
  | { readonly type: 'init_failed'; readonly step: string; readonly worker: string; readonly error: ScriptError }
  | { readonly type: 'worker_lost'; readonly step: string; readonly worker: string; readonly reason: string }
  | { readonly type: 'step_summary'; readonly step: string; readonly summary: StepSummary; readonly output?: string };

/** `n` counts from 1 within a job, without gaps; `time` is ISO 8601 in UTC. */
export type JobEvent = EventBody & { readonly n: number; readonly time: string };

/** Where events go. Never throws and never waits: recording a run can not break or slow the run. */
export type Emit = (event: EventBody) => void;
