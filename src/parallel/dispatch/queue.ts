/** Mini-batches that nobody works on: those to be tried again first, then parts of those that failed, then the manifest in input order. */
import type { Assignment } from '../../workers/protocol/messages.ts';
import type { Manifest } from '../plan/manifest.ts';
import type { Isolation, Part } from '../record/isolation.ts';
import type { Isolations } from '../record/isolations.ts';
import type { MiniBatches } from '../record/mini-batches.ts';

export class Queue {
  readonly #manifest: Manifest;
  /** Of a resumed step: those that its ledger knows to be final are passed over. */
  readonly #miniBatches: MiniBatches;
  readonly #isolations: Pick<Isolations, 'of'>;
  readonly #again: Assignment[] = [];
  /** The next one last. */
  readonly #parts: Assignment[] = [];

  constructor(manifest: Manifest, miniBatches: MiniBatches, isolations: Pick<Isolations, 'of'>) {
    this.#manifest = manifest;
    this.#miniBatches = miniBatches;
    this.#isolations = isolations;
  }

  /** An upper bound: mini-batches that an earlier life finished are still in it until they are passed over. */
  get waiting(): number {
    return this.#again.length + this.#parts.length + this.#manifest.waiting;
  }

  /** Parts of mini-batches. */
  get parts(): number {
    return this.#parts.length;
  }

  /** At most `count`; fewer when there are no more for now. */
  take(count: number): Assignment[] {
    const taken: Assignment[] = [];
    while (taken.length < count) {
      const next = this.#again.shift() ?? this.#parts.pop() ?? this.#new();
      if (next === undefined) break;
      taken.push(next);
    }
    return taken;
  }

  /** To be tried again, before anything new. */
  again(assignment: Assignment): void {
    this.#again.push(assignment);
  }

  /** Parts of a mini-batch, in order: one half to its end before the other, so that few wait, however many there are. */
  apart(index: number, text: string, isolation: Isolation, parts: readonly Part[]): void {
    for (const part of parts.toReversed()) this.#parts.push({ index, attempt: isolation.attemptOf(part.number), text, part });
  }

  /** Handed out, but never begun: they go back in their order. */
  returned(assignments: readonly Assignment[]): void {
    this.#again.unshift(...assignments);
  }

  #new(): Assignment | undefined {
    for (let next = this.#manifest.take(); next !== undefined; next = this.#manifest.take()) {
      const { index, text } = next;
      if (!this.#miniBatches.isOpen(index)) continue;
      const isolation = this.#isolations.of(index);
      if (isolation === undefined) return { index, attempt: this.#miniBatches.failedAttempts(index) + 1, text };
      this.apart(index, text, isolation, isolation.open);
      return this.#parts.pop();
    }
    return undefined;
  }
}
