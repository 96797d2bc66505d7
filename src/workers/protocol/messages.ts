/**
 * What the dispatcher and one worker process say to each other.
 *
 * Two pipes of their own: the worker reads commands on descriptor 3 and writes reports on descriptor 4; stdout and stderr
 * belong to the script and are connected to its log files. Both directions are lines of UTF-8 JSON (`wire.ts`).
 * End of file on descriptor 3 means that the coordinator is gone: the worker kills its own process group.
 *
 * A mini-batch travels as the text that the planner wrote into the manifest (`Descriptor`), never decoded on the way.
 * In the fast regime (no-op `run`) a frame carries many tasks and a report many outcomes; when `run` is slow a frame
 * carries one, and the next is sent as `load`: read your data now, run only when told `go`, forget it when told `drop`
 * (an idle worker got it).
 */
import type { Reader, Slice } from '../../data/types.ts';
import type { ScriptError } from '../../events/types.ts';

/** `[reader, slice, partition?]`: one line of the manifest. File slices are the bare array of paths, to keep millions of them short. */
export type Descriptor = readonly [
  reader: number,
  slice: readonly string[] | Slice,
  partition?: Readonly<Record<string, string | number | boolean | null>> | null,
];

/** One try of one mini-batch, on its way to a worker or at one. */
export interface Assignment {
  /** Of the mini-batch, 0-based, in input order. */
  readonly index: number;
  /** 1-based; no two attempts at one mini-batch in one life of its step have the same. */
  readonly attempt: number;
  /** The text of its `Descriptor`. */
  readonly text: string;
  /** Only these of its items. */
  readonly part?: ItemRange;
}

/** Of the items of a mini-batch, in their order: the first, and the one behind the last. There may turn out to be fewer. */
export interface ItemRange {
  readonly from: number;
  readonly to: number;
}

export interface WorkerInit {
  readonly type: 'init';
  /** `process003`; unique on its node. */
  readonly worker: string;
  readonly node: string;
  /** Absolute; inside `workingDirectory`. */
  readonly entryScript: string;
  /** The snapshot of the step's code. Already the process's working directory. */
  readonly workingDirectory: string;
  /** What the script sees after its own path in `sys.argv` / `process.argv`. */
  readonly arguments: readonly string[];
  readonly readers: readonly Reader[];
  readonly output: WorkerOutput;
  /** The socket on which the node fetches what is not on this machine (`data/fetch/messages.ts`); absent where all is. */
  readonly fetchAddress?: string;
  /** Absolute; created by the worker's host with 16 zero bytes. See `Marker`. */
  readonly markerFile: string;
  /** One line per mini-batch is appended here. */
  readonly taskLog: string;
  /** Folder for `EntryScript().logger` files; the worker's own file in it is `<worker>.log.txt`. */
  readonly logDirectory: string;
  /** `AZUREML_BI_OUTPUT_PATH`, `EntryScript().output_dir`. */
  readonly outputDirectory: string;
  readonly loggingLevel: 'DEBUG' | 'INFO' | 'WARNING';
  readonly failOnShortReturn: boolean;
  /** The place in the input of the mini-batch that travels as number 0. */
  readonly firstMiniBatch: number;
  /** Set by `prl job debug`: break before the first `run`. */
  readonly debug: boolean;
}

export type WorkerOutput =
  | { readonly kind: 'summary_only' }
  /** Rows are appended to `segment`; what all rows have in common goes to the coordinator (`header`). */
  | {
      readonly kind: 'append_row';
      readonly segment: string;
      /** Folder in which the workers of the step agree on columns: whoever makes a file there first decides. Made when it is needed. */
      readonly agreements: string;
      readonly settings: AppendRowSettings;
    };

/** How returned rows are written: by the ending of the output's name and by `parallel_run_step.settings.json`. */
export type AppendRowSettings =
  /** Azure's rule: a line each, as `str()` has it (TypeScript: objects as JSON). `toCsv`: keyword arguments of `pandas.DataFrame.to_csv`. */
  | { readonly form: 'text'; readonly toCsv: Readonly<Record<string, unknown>> }
  | { readonly form: 'csv'; readonly toCsv: Readonly<Record<string, unknown>> }
  | { readonly form: 'json_lines' }
  /** In segments as CSV, in which every value is in quotes and null is a bare `N`; the coordinator makes the file of it. */
  | { readonly form: 'parquet' };

/** What the dispatcher tells a worker that has been started. */
export type Command =
  /** Run these, in order. */
  | { readonly type: 'run'; readonly assignments: readonly Assignment[] }
  /** Read the data now; run only when told `go`, forget it when told `drop`. */
  | { readonly type: 'load'; readonly assignment: Assignment }
  | { readonly type: 'go'; readonly index: number }
  | { readonly type: 'drop'; readonly index: number }
  /** Finish what was given, call `shutdown()`, say `stopped`, exit 0. */
  | { readonly type: 'stop' };

/** An attempt that succeeded. The segment's bytes are written before it is told. */
export interface Outcome {
  readonly index: number;
  readonly attempt: number;
  readonly items: number;
  readonly returned: number;
  /** Where its rows are in the worker's segment, in bytes, and their CRC-32. Zeros without append_row. */
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
  /** Epoch milliseconds. */
  readonly started: number;
  readonly loadMs: number;
  readonly runMs: number;
}

/** An attempt that failed. */
export interface Failure {
  readonly index: number;
  readonly attempt: number;
  /** Items of the mini-batch, when the data could be read. */
  readonly items: number | null;
  readonly phase: 'load' | 'run' | 'return' | 'write';
  readonly error: ScriptError;
  readonly started: number;
  readonly loadMs: number;
  readonly runMs: number;
}

export type Report =
  | { readonly type: 'ready'; readonly pid: number; readonly initMs: number; readonly interpreter: string }
  | { readonly type: 'init_failed'; readonly error: ScriptError; readonly missingModule?: string }
  /** In the order in which they ended; sent when a frame is finished, or when 5 ms passed since the last report. */
  | { readonly type: 'done'; readonly outcomes: readonly Outcome[] }
  | ({ readonly type: 'failed' } & Failure)
  /** What must be known before rows count: the first line of a CSV file, or the columns of a Parquet file (`ParquetColumns` as JSON). */
  | { readonly type: 'header'; readonly text: string }
  | { readonly type: 'notice'; readonly level: 'info' | 'warning'; readonly message: string }
  | { readonly type: 'stopped'; readonly error?: ScriptError };

/**
 * 24 bytes, little-endian, written in place by the worker so that the coordinator knows, when a worker hangs or dies,
 * what it was doing since when, without a message for each mini-batch:
 * float64 milliseconds of the machine's monotonic clock (`os/clock.ts`), uint32 mini-batch index, uint32 attempt, uint32 items that `run`
 * got, uint8 phase, three zeros.
 */
export const markerLength = 24;
export const phases = ['idle', 'init', 'loading', 'running', 'writing', 'stopping'] as const;
export type Phase = (typeof phases)[number];
/** What a worker is doing; when it is dead, what it was doing last. */
export interface Doing {
  /** By the coordinator's clock's `now`. */
  readonly since: number;
  readonly index: number;
  readonly attempt: number;
  readonly phase: Phase;
  /** What `run` got, where it is running. */
  readonly items?: number;
}
