/**
 * The line between those who decide (`src/parallel`: who runs what, what counts, when a step ends) and those who work: all that
 * the deciding half knows of workers. `local/` is one compute; a cluster, or a fake in tests, is another.
 *
 * Nothing here names a path: a node lays out its own files.
 */
import type { Reader } from '../data/types.ts';
import type { AppendRowSettings, Command, Doing, Report } from './protocol/messages.ts';

/** Where the workers of one step live. */
export interface Compute {
  /** Those that take work now. Others may join, and some of these leave, while the step runs. */
  readonly nodes: readonly Node[];
  /**
   * Has `changed` called whenever `nodes` are others than they were. A node that is not among them any more is leaving: its workers finish
   * what they have, and go. One that is lost is told by the exit of each of its workers as well.
   */
  watchNodes(changed: () => void): void;
  /** Aborted, with a RequestError, when there will be no nodes any more: whoever waits for them would wait for ever. */
  readonly broken?: AbortSignal;
  /** Where the rows are that its workers return. */
  readonly segments: SegmentStore;
  /** What runs the entry script, for the log: `/usr/bin/python3`. */
  readonly program: string;
  /** Threads that libraries may start in each worker; undefined: as many as they like. */
  readonly threads?: number;
  /** What its workers and their GPUs use now. */
  use(): Promise<ComputeUse>;
  /** What its machines use now, whoever uses it. */
  machines(): Promise<readonly MachineUse[]>;
}

/** A machine, or a logical one, that owns some workers. */
export interface Node {
  /** `node0`. */
  readonly name: string;
  readonly slots: readonly Slot[];
  /**
   * Starts a worker in a slot that has none. The listener is not called before this has returned.
   * @throws the system's error when the worker's files cannot be made
   */
  start(slot: Slot, order: WorkerOrder, listener: WorkerListener): WorkerLink;
}

/** A place for a worker; a worker that died is replaced in its slot, under its name. */
export interface Slot {
  /** Unique in the step; those with low numbers are filled first. */
  readonly number: number;
  /** `process003`; unique on its node. */
  readonly name: string;
  /** For people: with the node where there are several. */
  readonly label: string;
}

/** What a worker needs to know beyond what its node knows of the step. */
export interface WorkerOrder {
  readonly readers: readonly Reader[];
  /** Absent: what `run` returns is counted, not kept. */
  readonly appendRow?: { readonly segment: number; readonly settings: AppendRowSettings };
}

export interface WorkerListener {
  report(report: Report): void;
  /** Called once, after the last report. @param lastWords asked for while the call lasts */
  exit(exit: WorkerExit, lastWords?: () => LastWords): void;
}

/** A worker that has been started. */
export interface WorkerLink {
  send(command: Command): void;
  /** What it is doing, or was doing when it died; undefined when it never got as far as saying so. */
  doing(): Doing | undefined;
  /** Kills it with everything that it started. */
  kill(): void;
  /** The same, after it had a moment to say where it hangs: that is among its last words. */
  killHung(): void;
}

/** What is left of a worker that has ended, for whoever asks why it did. Files of the code are named relative to it. */
export interface LastWords {
  /** The last lines that it wrote to stderr; empty: none. */
  readonly printed: string;
  /** Where it was when it was killed for hanging; undefined where it did not say. */
  readonly hung?: Whereabouts;
}

/** @param text what a worker's end is told with; the end of its stderr stands below */
export function withPrinted(text: string, printed: string): string {
  return `${text}\nThe end of its stderr (logs/user/stderr):\n${printed.replace(/^/gm, '  ')}`;
}

/** Where a process is: its stack, as its language prints one, or a sentence where it has none. */
export type Whereabouts = { readonly kind: 'stack'; readonly stack: string } | { readonly kind: 'sentence'; readonly sentence: string };

/** How a worker ended. */
export type WorkerExit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  /** It could not even be started: `ENOENT …`. */
  | { readonly kind: 'not_started'; readonly reason: string }
  /** Something that is no report came from where reports come, and it was killed: what follows could not be trusted. */
  | { readonly kind: 'garbled'; readonly said: string }
  /** Nobody knows: its node counts as dead. `why`: a clause about the node, `it has not been heard of for 5 s`. */
  | { readonly kind: 'node_lost'; readonly node: string; readonly why: string };

/** The rows of one mini-batch: a range of a segment. */
export interface Rows {
  readonly segment: number;
  readonly offset: number;
  readonly length: number;
  /** CRC-32 of them. */
  readonly crc: number;
}

/** Pieces of append_row output, each written by one worker and only grown. */
export interface SegmentStore {
  /** The number of a new segment: no worker of the step ever had it, in this life of the step or an earlier one. */
  allot(): number;
  /** Whether the rows are there, unharmed. False is a fact; what could not be looked at is an error. */
  intact(rows: Rows): Promise<boolean>;
  /** Fills `target` from `offset` on, wholly. @throws LostRows when the segment is gone, or ends before that */
  read(segment: number, offset: number, target: Uint8Array): Promise<void>;
  /** No row counts yet: what workers of an earlier life agreed on for the rows of theirs binds nobody. */
  forget(): void;
  /** Brings them to the disk, against a loss of power. */
  sync(segments: Iterable<number>): Promise<void>;
  /** The step has completed: nobody reads them any more. */
  clear(): void;
  /** Nobody reads from it for now. */
  close(): Promise<void>;
}

/** Rows that the ledger names are not there any more, or not what they were. */
export class LostRows extends Error {
  override readonly name = 'LostRows';
}

export interface ComputeUse {
  readonly workers: readonly WorkerUse[];
  readonly gpus: readonly GpuUse[];
}

/** With all that its children use. */
export interface WorkerUse {
  readonly node: string;
  /** `process003`. */
  readonly worker: string;
  readonly pid: number;
  readonly processes: number;
  /** Since they were started. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

export interface MachineUse {
  readonly name: string;
  /** All processors together, since they were started. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

export interface GpuUse {
  /** `index,name,gpu_percent,memory_used_mb,memory_total_mb`, as the driver's tool writes it. */
  readonly line: string;
}
