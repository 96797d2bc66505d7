/**
 * The present state of every mini-batch of a step, in typed arrays: ten million of them are 250 MB, not ten million objects.
 * All transitions are here; who calls them has recorded them in the ledger.
 */

import type { Rows } from '../../workers/compute.ts';

export type MiniBatchState =
  | { readonly kind: 'open' }
  | { readonly kind: 'done'; readonly segment: number; readonly offset: number; readonly length: number }
  /** Its items were tried apart, and some of them are done: their rows, in order. */
  | { readonly kind: 'isolated'; readonly rows: readonly Rows[] }
  | { readonly kind: 'failed' };

const open = 0;
const done = 1;
const failed = 2;
const isolated = 3;

/** Pages, so that nothing is copied as they become more. */
const pageBits = 14;
const pageLength = 1 << pageBits;

interface Page {
  readonly state: Uint8Array;
  readonly segment: Uint32Array;
  readonly offset: Float64Array;
  readonly length: Float64Array;
  readonly crc: Uint32Array;
}

/** Rows of mini-batches that lie behind one another in one segment, or of a part of a mini-batch. */
export interface Stretch {
  readonly segment: number;
  readonly offset: number;
  readonly length: number;
  /** The first of the mini-batches. */
  readonly first: number;
  /** Of the part's rows. */
  readonly partCrc?: number;
}

export class MiniBatches {
  readonly #pages: Page[] = [];
  /** Attempts used, of those few that failed at least once. */
  readonly #attempts = new Map<number, number>();
  /** Rows of those few whose items were tried apart. */
  readonly #isolated = new Map<number, readonly Rows[]>();

  state(index: number): MiniBatchState {
    const page = this.#pages[index >>> pageBits];
    const at = index & (pageLength - 1);
    switch (page?.state[at]) {
      case done:
        return { kind: 'done', segment: page?.segment[at] ?? 0, offset: page?.offset[at] ?? 0, length: page?.length[at] ?? 0 };
      case isolated:
        return { kind: 'isolated', rows: this.#isolated.get(index) ?? [] };
      case failed:
        return { kind: 'failed' };
      default:
        return { kind: 'open' };
    }
  }

  isOpen(index: number): boolean {
    return (this.#pages[index >>> pageBits]?.state[index & (pageLength - 1)] ?? open) === open;
  }

  /** Attempts that failed so far. */
  failedAttempts(index: number): number {
    return this.#attempts.get(index) ?? 0;
  }

  attemptFailed(index: number, attempt: number): void {
    this.#attempts.set(index, Math.max(attempt, this.failedAttempts(index)));
  }

  failed(index: number, attempt: number): void {
    this.#page(index).state[index & (pageLength - 1)] = failed;
    this.#attempts.set(index, attempt);
  }

  /** @param crc of the rows */
  done(index: number, { segment, offset, length, crc }: Rows): void {
    const page = this.#page(index);
    const at = index & (pageLength - 1);
    page.state[at] = done;
    page.segment[at] = segment;
    page.offset[at] = offset;
    page.length[at] = length;
    page.crc[at] = crc;
  }

  /** @param rows of its parts, in the order of items */
  isolated(index: number, rows: readonly Rows[]): void {
    this.#page(index).state[index & (pageLength - 1)] = isolated;
    this.#isolated.set(index, rows);
  }

  /** It had failed for good, or its rows are lost: it gets all its attempts again. */
  reopen(index: number): void {
    this.#page(index).state[index & (pageLength - 1)] = open;
    this.#attempts.delete(index);
    this.#isolated.delete(index);
  }

  /** Length of the rows of a mini-batch that was done as a whole; else 0. */
  rowsLength(index: number): number {
    const page = this.#pages[index >>> pageBits];
    const at = index & (pageLength - 1);
    return page?.state[at] === done ? (page.length[at] ?? 0) : 0;
  }

  /** CRC-32 of them. */
  rowsCrc(index: number): number {
    return this.#pages[index >>> pageBits]?.crc[index & (pageLength - 1)] ?? 0;
  }

  /**
   * Calls `take` with each stretch of done mini-batches from `from` on. Stops at the first open one, or behind the one that
   * brings the sum to `bytes`, and returns where.
   */
  prefix(from: number, to: number, bytes: number, take: (stretch: Stretch) => void): number {
    let index = from;
    let sum = 0;
    let first = -1;
    let segment = 0;
    let start = 0;
    let end = 0;
    for (; index < to && sum < bytes; index += 1) {
      const page = this.#pages[index >>> pageBits];
      const at = index & (pageLength - 1);
      const state = page?.state[at] ?? open;
      if (page === undefined || state === open) break;
      if (state === isolated) {
        if (first !== -1) take({ segment, offset: start, length: end - start, first });
        first = -1;
        for (const rows of this.#isolated.get(index) ?? []) {
          sum += rows.length;
          take({ segment: rows.segment, offset: rows.offset, length: rows.length, first: index, partCrc: rows.crc });
        }
        continue;
      }
      const length = state === failed ? 0 : (page.length[at] ?? 0);
      if (length === 0) continue;
      sum += length;
      const offset = page.offset[at] ?? 0;
      if (first !== -1 && page.segment[at] === segment && offset === end) {
        end += length;
        continue;
      }
      if (first !== -1) take({ segment, offset: start, length: end - start, first });
      first = index;
      segment = page.segment[at] ?? 0;
      start = offset;
      end = offset + length;
    }
    if (first !== -1) take({ segment, offset: start, length: end - start, first });
    return index;
  }

  #page(index: number): Page {
    const number = index >>> pageBits;
    for (let next = this.#pages.length; next <= number; next += 1) {
      this.#pages.push({
        state: new Uint8Array(pageLength),
        segment: new Uint32Array(pageLength),
        offset: new Float64Array(pageLength),
        length: new Float64Array(pageLength),
        crc: new Uint32Array(pageLength),
      });
    }
    const page = this.#pages[number];
    if (page === undefined) throw new RangeError(`no page for mini-batch ${index}`);
    return page;
  }
}
