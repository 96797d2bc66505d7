/**
 * What a step's coordinator and the agents of a cluster say to each other.
 *
 * Through the queue go lines of text, in order and none of them lost: what workers are to do, and what they report. Beside it, quickly
 * and without any promise, each side says all the time that it lives: an agent `Hello` to everybody and a `Pulse` to the coordinator
 * whose workers it has, a coordinator its `Beat`. Both ends are of the same version.
 */
import type { StorePlace } from '../../data/stores/store.ts';
import type { ComputeUse, LastWords, MachineUse, WorkerExit } from '../compute.ts';
import { type Doing, phases, type WorkerInit } from '../protocol/messages.ts';

/** Milliseconds between two signs of life. */
export const beatMs = 500;

export interface Hello {
  readonly version: string;
  /** Of this life of the agent. */
  readonly id: string;
  /** For people; several agents may have the same. */
  readonly name: string;
  readonly slots: number;
  /** Slots that no step has. */
  readonly free: number;
  readonly labels: readonly string[];
  /** It takes nothing more, and goes when what it has is finished. */
  readonly leaving: boolean;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly gpus: number;
}

/** Asked of one agent. */
export type AgentRequest =
  | ({ readonly kind: 'take' } & TakeRequest)
  /** Whether it has the same folder. */
  | { readonly kind: 'probe'; readonly token: StepOrder['token'] }
  /** What the workers of a grant use now. */
  | { readonly kind: 'use'; readonly grant: string };

export interface ProbeAnswer {
  readonly sharesFolder: boolean;
}

export interface AgentUse extends ComputeUse {
  readonly machine: MachineUse;
}

export interface TakeRequest {
  readonly version: string;
  /** The slots that it gives are called so. */
  readonly grant: string;
  /** The node's name in the step. */
  readonly node: string;
  readonly key: string;
  /** Of the coordinator. */
  readonly life: string;
  /** For people: `JOB, step STEP`. */
  readonly what: string;
  /** Absent: as many as are free. */
  readonly slots?: number;
  /** Silence of either side after which the other counts it as dead. */
  readonly ackWaitMs: number;
  readonly order: StepOrder;
}

export type TakeAnswer =
  /** What runs the entry script there, and the names of the slots. */
  | { readonly kind: 'taken'; readonly program: string; readonly slots: readonly string[] }
  /** None is free just now. */
  | { readonly kind: 'full' }
  /** It cannot run this step. */
  | { readonly kind: 'refused'; readonly why: string };

/** What a node needs to know of a step. Paths are absolute, and the same on all nodes: they lie in a folder that all share. */
export interface StepOrder {
  /** The step's folder. */
  readonly directory: string;
  /** A file in it, and what it says: who reads something else, or nothing, has another folder there. */
  readonly token: { readonly file: string; readonly text: string };
  readonly logs: string;
  readonly segments: string;
  readonly workingDirectory: string;
  readonly entryScript: string;
  readonly arguments: readonly string[];
  readonly outputDirectory: string;
  /** Other files and folders that workers read. */
  readonly inputs: readonly string[];
  /** Inputs that are no folders of anybody, by the number of their reader. */
  readonly sources?: readonly { readonly name: string; readonly place?: StorePlace }[];
  /** What the job sets; the rest is the agent's own. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Absent: the step needs none. */
  readonly python?: PythonOrder;
  readonly loggingLevel: WorkerInit['loggingLevel'];
  readonly failOnShortReturn: boolean;
  readonly firstMiniBatch: number;
  /** Bytes of a log file; absent: any number. */
  readonly logLimit?: number;
}

/** The Python that a step runs with. */
export interface PythonOrder {
  /** Where the coordinator has it; absolute, or a name on the PATH. */
  readonly path: string;
  /** `3.11`, or `3.11.7`. A node's own has the same minor version. */
  readonly version?: string;
  /** Lines of a requirements file: what an environment on a node must have. Absent: whatever is installed there. */
  readonly packages?: readonly string[];
}

export interface Beat {
  readonly life: string;
  /** Those that the coordinator counts on; who has another one ends it. */
  readonly grants: readonly string[];
}

export interface Pulse {
  readonly grant: string;
  readonly doing: readonly WireDoing[];
}

/** What a worker is doing, by its slot's place on the node; how long by the node's own clock. */
export type WireDoing = readonly [slot: number, phase: number, ms: number, index: number, attempt: number, items?: number];

export function encodeDoing(slot: number, { since, phase, index, attempt, items }: Doing, now: number): WireDoing {
  const told = [slot, phases.indexOf(phase), Math.max(0, Math.round(now - since)), index, attempt] as const;
  return items === undefined ? told : [...told, items];
}

/** @param now of the clock here */
export function decodeDoing([, phase, ms, index, attempt, items]: WireDoing, now: number): Doing {
  return { since: now - ms, phase: phases[phase] ?? 'idle', index, attempt, ...(items !== undefined && { items }) };
}

/** Lines to a node, and from one: a verb, the slot's place on the node, the rest. */
export function line(verb: string, slot: number, rest = ''): string {
  return `${verb} ${slot} ${rest}`;
}

export interface Line {
  readonly verb: string;
  readonly slot: number;
  readonly rest: string;
}

export function readLine(text: string): Line {
  const first = text.indexOf(' ');
  const second = text.indexOf(' ', first + 1);
  return { verb: text.slice(0, first), slot: Number(text.slice(first + 1, second)), rest: text.slice(second + 1) };
}

/** The rest of `exit`. */
export interface ExitReport {
  readonly exit: WorkerExit;
  readonly lastWords: LastWords;
  /** What it was doing last. */
  readonly doing?: WireDoing;
}
