/** Mini-batches that nobody works on: those to be tried again first, then the manifest in input order. */
import type { Manifest } from '../plan/manifest.ts';

/** A mini-batch on its way to, or at, a worker. */
export interface Assignment {
  readonly index: number;
  /** 1-based. */
  readonly attempt: number;
  /** The descriptor's text. */
  readonly text: string;
}

export class Queue {
  readonly #manifest: Manifest;
  readonly #again: Assignment[] = [];
  /** Of a resumed step: those that its ledger knows to be finished are passed over. */
  readonly #isOpen: (index: number) => boolean;
  readonly #failedAttempts: (index: number) => number;

  constructor(manifest: Manifest, isOpen: (index: number) => boolean, failedAttempts: (index: number) => number) {
    this.#manifest = manifest;
    this.#isOpen = isOpen;
    this.#failedAttempts = failedAttempts;
  }

  /** An upper bound: mini-batches that an earlier life finished are still in it until they are passed over. */
  get waiting(): number {
    return this.#again.length + this.#manifest.waiting;
  }

  take(): Assignment | undefined {
    const again = this.#again.shift();
    if (again !== undefined) return again;
    for (let next = this.#manifest.take(); next !== undefined; next = this.#manifest.take()) {
      if (this.#isOpen(next.index)) return { index: next.index, attempt: this.#failedAttempts(next.index) + 1, text: next.text };
    }
    return undefined;
  }

  /** To be tried again, before anything new. */
  again(assignment: Assignment): void {
    this.#again.push(assignment);
  }

  /** Handed out, but never begun: they go back in their order. */
  returned(assignments: readonly Assignment[]): void {
    this.#again.unshift(...assignments);
  }
}
