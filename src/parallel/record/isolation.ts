/**
 * A mini-batch whose items are tried apart, because it failed for good: its halves, the halves of those that fail, until the items that
 * fail alone are known. Each part gets one attempt, so that n items cost at most 2n of them. Pure.
 */
import type { Rows } from '../../workers/compute.ts';
import type { ItemRange } from '../../workers/protocol/messages.ts';

/** Numbered as in a heap: 1 is the whole, 2n and 2n + 1 are the halves of n. */
export interface Part extends ItemRange {
  readonly number: number;
}

export interface DonePart extends Rows {
  readonly items: number;
  readonly returned: number;
}

/** @param items of the whole */
export function partAt(items: number, number: number): Part {
  const level = 2 ** (31 - Math.clz32(number));
  // The same for neighbours, whatever their level: they meet without a gap.
  const edge = (place: number) => Math.floor((place * items) / level);
  return { number, from: edge(number - level), to: edge(number - level + 1) };
}

export function halvesOf(number: number): readonly [number, number] {
  return [2 * number, 2 * number + 1];
}

export class Isolation {
  /** At most: some may turn out not to be there. */
  readonly items: number;
  /** Those that the whole mini-batch has used. */
  readonly attempts: number;
  readonly #open = new Set<number>(halvesOf(1));
  readonly #done = new Map<number, DonePart>();
  /** With the number of their items. */
  readonly #failed = new Map<number, number>();

  constructor(items: number, attempts: number) {
    this.items = items;
    this.attempts = attempts;
  }

  /** Parts that have not ended. */
  get open(): readonly Part[] {
    return [...this.#open].map((number) => this.part(number)).sort(byPlace);
  }

  get isSettled(): boolean {
    return this.#open.size === 0;
  }

  /** Of some of its items there are rows. */
  get isKept(): boolean {
    return this.done.some(({ items }) => items > 0);
  }

  get isShort(): boolean {
    return this.done.some(({ items, returned }) => returned < items);
  }

  get done(): readonly DonePart[] {
    return [...this.#done.values()];
  }

  get doneParts(): ReadonlyMap<number, DonePart> {
    return this.#done;
  }

  /** Rows of all parts, in the order of items. */
  get rows(): readonly Rows[] {
    return [...this.#done]
      .map(([number, rows]) => ({ ...this.part(number), rows }))
      .sort(byPlace)
      .flatMap(({ rows }) => (rows.length === 0 ? [] : [rows]));
  }

  /** Those that failed for good, in order. */
  get failed(): readonly Part[] {
    return [...this.#failed.keys()].map((number) => this.part(number)).sort(byPlace);
  }

  get failedItems(): number {
    return [...this.#failed.values()].reduce((sum, items) => sum + items, 0);
  }

  part(number: number): Part {
    return partAt(this.items, number);
  }

  /** The attempt at a part: no other of this mini-batch has its number. */
  attemptOf(part: number): number {
    return this.attempts - 1 + part;
  }

  /** The part that an attempt is at; undefined for one at the whole. */
  partOf(attempt: number): Part | undefined {
    return attempt > this.attempts ? this.part(attempt - this.attempts + 1) : undefined;
  }

  isDone(part: number, { segment, offset, length, crc, items, returned }: DonePart): void {
    this.#open.delete(part);
    this.#done.set(part, { segment, offset, length, crc, items, returned });
  }

  isFailed(part: number, items: number): void {
    this.#open.delete(part);
    this.#failed.set(part, items);
  }

  /** It failed, and its halves are tried. */
  split(part: number): void {
    this.#open.delete(part);
    for (const half of halvesOf(part)) this.#open.add(half);
  }

  /** A part that had ended is tried again; returns what it was. */
  reopen(part: number): { readonly done?: DonePart; readonly failed?: number } {
    const [done, failed] = [this.#done.get(part), this.#failed.get(part)];
    this.#done.delete(part);
    this.#failed.delete(part);
    this.#open.add(part);
    return { ...(done !== undefined && { done }), ...(failed !== undefined && { failed }) };
  }
}

function byPlace(a: ItemRange, b: ItemRange): number {
  return a.from - b.from || a.to - b.to;
}
