import { availableParallelism, totalmem } from 'node:os';
import type { Slot } from '../compute.ts';

export interface LocalSlot extends Slot {
  /** Index of its logical node. */
  readonly node: number;
  /** Index of the GPU that is the slot's own; null where all are taken; absent where there are none. */
  readonly gpu?: string | null;
}

/** What a step asks for, and how much of it this machine runs. */
export interface Workers {
  /** Logical nodes, and worker processes on each, as the job has them. */
  readonly nodes: number;
  readonly workersPerNode: number;
  /** Worker processes that run here, on all nodes together. */
  readonly workers: number;
}

/** A machine that workers share. */
export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  /** What its user allows a step to take, at most. */
  readonly mostWorkers?: number;
}

export const thisMachine = (mostWorkers?: number): Machine => ({
  ...(mostWorkers !== undefined && { mostWorkers }),
  cores: availableParallelism(),
  memoryBytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
});

/** More busy processes for each core only take turns; that many that mostly wait may be worth it. */
export const mostPerCore = 4;
/** An interpreter with a library for tables needs about so much before it has read anything. */
export const leastMemory = 256 * 1024 * 1024;

/**
 * Nodes of a job are machines of their own where it comes from; here they share one. So it runs what one node is asked for, as far as
 * that is at most `mostPerCore` for each core, and more nodes bring more processes only as far as there are cores (or GPUs); never more
 * than there is `leastMemory` for, or than the machine's user allows.
 * @param perNode what the job says; undefined: one for each GPU, else one for each core
 * @param oversubscribe all that is asked for
 */
export function workersHere(
  nodes: number,
  perNode: number | undefined,
  gpus: readonly string[],
  { cores, memoryBytes, mostWorkers = Number.POSITIVE_INFINITY }: Machine,
  oversubscribe: boolean,
): Workers {
  const workersPerNode = perNode ?? (gpus.length > 0 ? gpus.length : cores);
  const asked = nodes * workersPerNode;
  const most = Math.max(cores, gpus.length, Math.min(workersPerNode, mostPerCore * cores));
  const fitting = Math.max(1, Math.min(most, Math.floor(memoryBytes / leastMemory)));
  return { nodes, workersPerNode, workers: Math.min(mostWorkers, oversubscribe ? asked : Math.min(asked, fitting)) };
}

/**
 * The places for workers: as many as `workers`, on as few logical nodes as hold them, the first worker of each node first.
 * Each takes one free GPU, those beyond the number of GPUs none (`CUDA_VISIBLE_DEVICES` empty).
 * Source: Azure ML, "Configure settings of a parallel job", `max_concurrency_per_instance`.
 */
export function makeSlots({ workersPerNode, workers }: Omit<Workers, 'nodes'>, gpus: readonly string[]): readonly LocalSlot[] {
  const nodes = Math.ceil(workers / workersPerNode);
  const slots: LocalSlot[] = [];
  for (let process = 0; slots.length < workers; process += 1) {
    for (let node = 0; node < nodes && slots.length < workers; node += 1) {
      const number = slots.length;
      const name = `process${String(process).padStart(3, '0')}`;
      const gpu = gpus.length === 0 ? {} : { gpu: gpus[number] ?? null };
      slots.push({ number, node, name, label: nodes > 1 ? `${nodeName(node)}/${name}` : name, ...gpu });
    }
  }
  return slots;
}

export function nodeName(node: number): string {
  return `node${node}`;
}
