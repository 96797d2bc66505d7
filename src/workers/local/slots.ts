import { availableParallelism } from 'node:os';
import type { Slot } from '../compute.ts';

export interface LocalSlot extends Slot {
  /** Index of its logical node. */
  readonly node: number;
  /** Index of the GPU that is the slot's own; null where all are taken; absent where there are none. */
  readonly gpu?: string | null;
}

/**
 * The places for workers: `nodes` × `perNode`, grouped in logical nodes, the first worker of each node first.
 * Each takes one free GPU, those beyond the number of GPUs none (`CUDA_VISIBLE_DEVICES` empty).
 * Source: Azure ML, "Configure settings of a parallel job", `max_concurrency_per_instance`.
 */
export function makeSlots(nodes: number, perNode: number, gpus: readonly string[]): readonly LocalSlot[] {
  const slots: LocalSlot[] = [];
  for (let process = 0; process < perNode; process += 1) {
    for (let node = 0; node < nodes; node += 1) {
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

/** Worker processes on a node, where the job does not say: one per GPU, else one per CPU core. */
export function defaultConcurrency(gpus: readonly string[]): number {
  return gpus.length > 0 ? gpus.length : availableParallelism();
}
