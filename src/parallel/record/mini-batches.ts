/**
 * The present state of every mini-batch of a step, in typed arrays: ten million of them are 210 MB, not ten million objects.
 * All transitions are here; who calls them has recorded them in the ledger.
 */

export type MiniBatchState =
  | { readonly kind: 'open' }
  | { readonly kind: 'done'; readonly segment: number; readonly offset: number; readonly length: number }
  | { readonly kind: 'failed' };

const open = 0;
const done = 1;
const failed = 2;

export class MiniBatches {
  #state = new Uint8Array(1024);
  #segment = new Uint32Array(1024);
  #offset = new Float64Array(1024);
  #length = new Float64Array(1024);
  /** Attempts used, of those few that failed at least once. */
  readonly #attempts = new Map<number, number>();

  state(index: number): MiniBatchState {
    switch (this.#state[index]) {
      case done:
        return { kind: 'done', segment: this.#segment[index] ?? 0, offset: this.#offset[index] ?? 0, length: this.#length[index] ?? 0 };
      case failed:
        return { kind: 'failed' };
      default:
        return { kind: 'open' };
    }
  }

  isOpen(index: number): boolean {
    return (this.#state[index] ?? open) === open;
  }

  /** Attempts that failed so far. */
  failedAttempts(index: number): number {
    return this.#attempts.get(index) ?? 0;
  }

  attemptFailed(index: number, attempt: number): void {
    this.#attempts.set(index, Math.max(attempt, this.failedAttempts(index)));
  }

  failed(index: number, attempt: number): void {
    this.#reserve(index);
    this.#state[index] = failed;
    this.#attempts.set(index, attempt);
  }

  done(index: number, segment: number, offset: number, length: number): void {
    this.#reserve(index);
    this.#state[index] = done;
    this.#segment[index] = segment;
    this.#offset[index] = offset;
    this.#length[index] = length;
  }

  /** It had failed for good, and gets all its attempts again. */
  reopen(index: number): void {
    this.#state[index] = open;
    this.#attempts.delete(index);
  }

  /**
   * Calls `range` with each stretch of done mini-batches from `from` on that lie behind one another in one segment.
   * Stops at the first open one, or behind the one that brings the sum to `bytes`, and returns where.
   */
  prefix(from: number, to: number, bytes: number, range: (segment: number, offset: number, length: number) => void): number {
    let index = from;
    let sum = 0;
    let segment = -1;
    let start = 0;
    let end = 0;
    for (; index < to && sum < bytes; index += 1) {
      const state = this.#state[index] ?? open;
      if (state === open) break;
      if (state === failed) continue;
      const length = this.#length[index] ?? 0;
      if (length === 0) continue;
      sum += length;
      const offset = this.#offset[index] ?? 0;
      if (this.#segment[index] === segment && offset === end) {
        end += length;
        continue;
      }
      if (segment !== -1) range(segment, start, end - start);
      segment = this.#segment[index] ?? 0;
      start = offset;
      end = offset + length;
    }
    if (segment !== -1) range(segment, start, end - start);
    return index;
  }

  #reserve(index: number): void {
    if (index < this.#state.length) return;
    const size = Math.max(index + 1, this.#state.length * 2);
    this.#state = grown(this.#state, new Uint8Array(size));
    this.#segment = grown(this.#segment, new Uint32Array(size));
    this.#offset = grown(this.#offset, new Float64Array(size));
    this.#length = grown(this.#length, new Float64Array(size));
  }
}

function grown<A extends Uint8Array | Uint32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
