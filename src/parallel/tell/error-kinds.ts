/** Failed attempts, counted by kind in bounded memory: the same exception from the same line of the script is one kind. */
import { kindOf } from '../../events/error-kind.ts';
import type { FailedAttempt, StepSummary } from '../../events/types.ts';

export interface ErrorKind {
  /** Which kind it was in the order of appearance. */
  readonly order: number;
  readonly first: FailedAttempt;
  /** Failed attempts, and mini-batches that failed for good. */
  attempts: number;
  final: number;
  /** The first few mini-batches that it hit. */
  readonly examples: number[];
}

const maxKinds = 200;
export const maxExamples = 10;

export class ErrorKinds {
  readonly #kinds = new Map<string, ErrorKind>();
  attempts = 0;
  final = 0;
  /** Of those, attempts at parts of mini-batches. */
  finalParts = 0;
  /** Failed attempts of kinds beyond the first 200; they are counted and not told apart. */
  beyond = 0;

  /** Counts one failed attempt and gives its kind; undefined for one kind too many. */
  add(failure: FailedAttempt): ErrorKind | undefined {
    this.attempts += 1;
    if (failure.final) this.final += 1;
    if (failure.final && failure.part !== undefined) this.finalParts += 1;
    const key = kindOf(failure.error);
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      if (this.#kinds.size === maxKinds) {
        this.beyond += 1;
        return undefined;
      }
      kind = { order: this.#kinds.size, first: failure, attempts: 0, final: 0, examples: [] };
      this.#kinds.set(key, kind);
    }
    kind.attempts += 1;
    if (failure.final) kind.final += 1;
    if (kind.examples.length < maxExamples && !kind.examples.includes(failure.miniBatch)) kind.examples.push(failure.miniBatch);
    return kind;
  }

  get count(): number {
    return this.#kinds.size;
  }

  /** Commonest first; of equally common ones the earlier first. */
  commonest(limit = maxKinds): readonly ErrorKind[] {
    return [...this.#kinds.values()].sort((a, b) => b.attempts - a.attempts).slice(0, limit);
  }

  /** The commonest five, as a step's summary tells them. */
  summary(): Pick<StepSummary, 'errors' | 'errorKinds'> {
    const errors = this.commonest(5).map(({ first, attempts }) => ({
      error: first.error,
      count: attempts,
      firstMiniBatch: first.miniBatch,
      what: first.what,
    }));
    return this.count > errors.length ? { errors, errorKinds: this.count } : { errors };
  }
}
