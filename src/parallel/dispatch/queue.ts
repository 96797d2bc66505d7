/** Mini-batches that nobody works on: those to be tried again first, then the manifest in input order. */
import type { Assignment } from '../../workers/protocol/messages.ts';
import type { Manifest } from '../plan/manifest.ts';
import type { MiniBatches } from '../record/mini-batches.ts';

export class Queue {
  readonly #manifest: Manifest;
  /** Of a resumed step: those that its ledger knows to be final are passed over. */
  readonly #miniBatches: MiniBatches;
  readonly #again: Assignment[] = [];

  constructor(manifest: Manifest, miniBatches: MiniBatches) {
    this.#manifest = manifest;
    this.#miniBatches = miniBatches;
  }

  /** An upper bound: mini-batches that an earlier life finished are still in it until they are passed over. */
  get waiting(): number {
    return this.#again.length + this.#manifest.waiting;
  }

  /** At most `count`; fewer when there are no more for now. */
  take(count: number): Assignment[] {
    const taken: Assignment[] = [];
    while (taken.length < count) {
      const next = this.#again.shift() ?? this.#new();
      if (next === undefined) break;
      taken.push(next);
    }
    return taken;
  }

  /** To be tried again, before anything new. */
  again(assignment: Assignment): void {
    this.#again.push(assignment);
  }

  /** Handed out, but never begun: they go back in their order. */
  returned(assignments: readonly Assignment[]): void {
    this.#again.unshift(...assignments);
  }

  #new(): Assignment | undefined {
    for (let next = this.#manifest.take(); next !== undefined; next = this.#manifest.take()) {
      const { index, text } = next;
      if (this.#miniBatches.isOpen(index)) return { index, attempt: this.#miniBatches.failedAttempts(index) + 1, text };
    }
    return undefined;
  }
}
