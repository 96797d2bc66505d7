/** Counts of a step, kept as outcomes are recorded; everything that is told about a step is read from here. */
import type { ItemCounts, MiniBatchCounts, StepSummary } from '../../events/types.ts';
import type { Outcome } from '../../workers/protocol/messages.ts';

const keptSlowest = 5;

export class Tally {
  readonly #missingFail: boolean;
  #done = 0;
  #failed = 0;
  #retries = 0;
  #doneItems = 0;
  #failedItems = 0;
  #totalItems = 0;
  #returned = 0;
  #shortReturns = 0;
  #total = 0;
  #planned = false;
  #slowest: StepSummary['slowest'] = [];

  /**
   * @param missingFail an item for which no row came back has failed: so where `error_threshold` counts failed items. Where nobody
   * counts them, a `run` that returns a row for many items is none the worse for it.
   */
  constructor(missingFail: boolean) {
    this.#missingFail = missingFail;
  }

  /** So many mini-batches are cut; `complete`: there will be no more. */
  planned(total: number, complete: boolean): void {
    this.#total = total;
    this.#planned = complete;
  }

  done({ attempt, items, returned }: Pick<Outcome, 'attempt' | 'items' | 'returned'>): void {
    const missing = this.#missing(items, returned);
    this.#done += 1;
    this.#retries += attempt - 1;
    this.#totalItems += items;
    this.#doneItems += items - missing;
    this.#failedItems += missing;
    this.#returned += returned;
    if (returned < items) this.#shortReturns += 1;
  }

  /** For good, at its `attempt`th attempt. */
  failed(attempt: number, items: number): void {
    this.#failed += 1;
    this.#retries += attempt - 1;
    this.#totalItems += items;
    this.#failedItems += items;
  }

  /** It had failed for good, and is tried again. */
  reopened(items: number): void {
    this.#failed -= 1;
    this.#totalItems -= items;
    this.#failedItems -= items;
  }

  /** It was done, and is tried again. */
  lost({ attempt, items, returned }: Pick<Outcome, 'attempt' | 'items' | 'returned'>): void {
    const missing = this.#missing(items, returned);
    this.#done -= 1;
    this.#retries -= attempt - 1;
    this.#totalItems -= items;
    this.#doneItems -= items - missing;
    this.#failedItems -= missing;
    this.#returned -= returned;
    if (returned < items) this.#shortReturns -= 1;
  }

  /** Items that failed because nothing came back for them. */
  #missing(items: number, returned: number): number {
    return this.#missingFail ? Math.max(0, items - returned) : 0;
  }

  /** Mini-batches of earlier lives are known by their numbers alone until somebody has looked them up. @param inWords by index */
  describeSlowest(inWords: ReadonlyMap<number, string>): void {
    this.#slowest = this.#slowest.map((slow) => ({ ...slow, what: inWords.get(slow.miniBatch) ?? slow.what }));
  }

  /** Whether it is among the slowest so far. */
  isSlow({ loadMs, runMs }: Pick<Outcome, 'loadMs' | 'runMs'>): boolean {
    const least = this.#slowest.at(-1);
    return this.#slowest.length < keptSlowest || least === undefined || loadMs + runMs > least.seconds * 1000;
  }

  /** @param what the mini-batch in words */
  noteSlow({ index, loadMs, runMs }: Pick<Outcome, 'index' | 'loadMs' | 'runMs'>, worker: string, what: string): void {
    const slow = { miniBatch: index, worker, seconds: (loadMs + runMs) / 1000, what };
    this.#slowest = [...this.#slowest, slow].sort((a, b) => b.seconds - a.seconds).slice(0, keptSlowest);
  }

  get miniBatches(): MiniBatchCounts {
    return { total: this.#total, planned: this.#planned, done: this.#done, failed: this.#failed, retries: this.#retries };
  }

  get items(): ItemCounts {
    return { total: this.#totalItems, done: this.#doneItems, failed: this.#failedItems };
  }

  /** Rows that came back, over all mini-batches. */
  get returned(): number {
    return this.#returned;
  }

  /** Mini-batches that are cut and not final. */
  get open(): number {
    return this.#total - this.#done - this.#failed;
  }

  get shortReturns(): number {
    return this.#shortReturns;
  }

  /** At most 5, slowest first. */
  get slowest(): StepSummary['slowest'] {
    return this.#slowest;
  }
}
