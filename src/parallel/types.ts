/** What a parallel step needs to run, everything resolved: no expressions, no URIs, no defaults left to find. */
import type { SplitInput } from '../data/types.ts';
import type { FarRows } from '../data/upload/far-rows.ts';
import type { Emit, StepSummary } from '../events/types.ts';
import type { Window } from '../language/portion.ts';
import type { ParallelSettings } from '../language/types.ts';
import type { Container } from '../os/container/container.ts';
import type { Reaper } from '../os/reaper.ts';
import type { PythonOrder } from '../workers/cluster/messages.ts';
import type { ClusterPlace } from '../workers/cluster/place.ts';

export interface ParallelRun {
  /** The step's name in events: `score`, `outer.inner`, `main`. */
  readonly step: string;
  /** The step's own folder. The engine owns `state/` and `logs/` in it. */
  readonly directory: string;
  /** The snapshot of the code: working directory of the workers. */
  readonly workingDirectory: string;
  /**
   * Where edited code was taken in place of the job's: what tells each code that the step has run with from the others, oldest first; the
   * last is in `workingDirectory`. Else empty.
   */
  readonly codeHashes: readonly string[];
  /** Relative to `workingDirectory`. */
  readonly entryScript: string;
  /** After the script's path in argv; references resolved, predefined arguments taken out. */
  readonly arguments: readonly string[];
  /** The inputs to split, in order. Empty only with rankMiniBatchCount. */
  readonly inputs: readonly SplitInput[];
  readonly settings: ParallelSettings;
  /** Worker processes on a logical node, and on all of them together. */
  readonly workersPerNode: number;
  readonly workers: number;
  /** Those that the workers share, as `CUDA_VISIBLE_DEVICES` names them. */
  readonly gpus: readonly string[];
  /** Where they run in place of this machine. */
  readonly cluster?: ClusterRun;
  /** The user's environment variables for the workers (complete: including what is inherited). */
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly interpreter: Interpreter;
  /** What the workers run in, one each. Absent: this machine as it is. */
  readonly container?: Container;
  /** Ends the workers when this process ends, whatever ends it. */
  readonly reaper: Reaper;
  /** What to say where the script needs a module that the interpreter has not: the line of the environment file that would have brought it. */
  readonly missingModuleHint?: (module: string) => string | undefined;
  readonly output: ParallelOutput;
  readonly failedItems: FailedItemsPlace;
  /** Bring what is finished to the disk again and again, so that a loss of power costs little. */
  readonly sync: boolean;
  /** Run only these mini-batches; they are numbered from 0 on in the step's record, and by their place in the input for the script. */
  readonly window?: Window;
}

export interface ClusterRun {
  readonly place: ClusterPlace;
  /** `JOB, step STEP` */
  readonly what: string;
  /** Of the interpreter. Absent: the step needs no Python. */
  readonly python?: Omit<PythonOrder, 'path'>;
  /** What this process has inherited: other machines have their own. */
  readonly inherited: Readonly<Record<string, string>>;
}

export type ParallelOutput =
  | {
      readonly kind: 'append_row';
      /** The output file, absolute; written under another name and renamed. */
      readonly file: string;
      /** What the file is called in its store, where it is to be there. */
      readonly address?: string;
      /** Rows go there instead, unless they become a file of a kind that must be made here. */
      readonly far?: FarRows;
    }
  | { readonly kind: 'summary_only' /** `AZUREML_BI_OUTPUT_PATH`. */; readonly directory: string };

/** Where it is told what a completed step lacks. */
export interface FailedItemsPlace {
  /** `failed_items.jsonl`, absolute. */
  readonly list: string;
  /** A folder for rows that failed alone. */
  readonly badRows: string;
}

/** Made by an environment (`src/environments`): how to start Python. TypeScript workers run on this very Node. */
export interface Interpreter {
  /** Absolute path, or a name on the PATH. */
  readonly python: string;
}

export interface RunControl {
  readonly emit: Emit;
  /** First: hand out no more work and let running attempts finish. */
  readonly drain: AbortSignal;
  /** Kill everything now. */
  readonly kill: AbortSignal;
}

export type ParallelResult =
  | { readonly kind: 'completed'; readonly summary: StepSummary; readonly output?: string }
  | { readonly kind: 'failed'; readonly error: string; readonly summary: StepSummary }
  /** Drained or killed on request; everything finished is in the ledger. */
  | { readonly kind: 'interrupted'; readonly summary: StepSummary };
