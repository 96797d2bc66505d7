/** Counts of a step, kept as outcomes are recorded; everything that is told about a step is read from here. */
import type { ItemCounts, MiniBatchCounts, MissingItems, StepSummary } from '../../events/types.ts';
import type { Outcome } from '../../workers/protocol/messages.ts';
import type { DonePart, Isolation } from './isolation.ts';

const keptSlowest = 5;

/** What became of a part of a mini-batch: the items that it has rows of, or how many it lacks. */
export interface EndedPart {
  readonly done?: Pick<DonePart, 'items' | 'returned'>;
  readonly failed?: number;
}

export class Tally {
  readonly #missingFail: boolean;
  #done = 0;
  #failed = 0;
  #retries = 0;
  #doneItems = 0;
  #failedItems = 0;
  /** Of those, the items of attempts that failed for good. */
  #missing = 0;
  #totalItems = 0;
  /** Mini-batches that are done but for some items. */
  #incomplete = 0;
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
    this.#done += 1;
    this.#retries += attempt - 1;
    this.#addItems(items, returned, 1);
    if (returned < items) this.#shortReturns += 1;
  }

  /** For good, at its `attempt`th attempt. */
  failed(attempt: number, items: number): void {
    this.#failed += 1;
    this.#retries += attempt - 1;
    this.#addFailed(items, 1);
  }

  /** It had failed for good, and is tried again. */
  reopened(items: number): void {
    this.#failed -= 1;
    this.#addFailed(items, -1);
  }

  /** It was done, and is tried again. */
  lost({ attempt, items, returned }: Pick<Outcome, 'attempt' | 'items' | 'returned'>): void {
    this.#done -= 1;
    this.#retries -= attempt - 1;
    this.#addItems(items, returned, -1);
    if (returned < items) this.#shortReturns -= 1;
  }

  /** It failed at its `attempt`th attempt, and its items are tried apart: they count as they end. */
  parted(attempt: number): void {
    this.#retries += attempt - 1;
  }

  /** A part failed, and its halves are tried. */
  partSplit(): void {
    this.#retries += 1;
  }

  partEnded({ done, failed }: EndedPart): void {
    this.#retries += 1;
    if (done !== undefined) this.#addItems(done.items, done.returned, 1);
    if (failed !== undefined) this.#addFailed(failed, 1);
  }

  /** A part had ended, and is tried again. */
  partReopened({ done, failed }: EndedPart): void {
    if (done !== undefined) this.#addItems(done.items, done.returned, -1);
    if (failed !== undefined) this.#addFailed(failed, -1);
  }

  /**
   * All parts of a mini-batch have ended, or (`sign` -1) no longer have. It is done when some of its items are: then those that are
   * missing are failed items, and it is no failed mini-batch.
   */
  settled({ isKept, isShort, failedItems }: Pick<Isolation, 'isKept' | 'isShort' | 'failedItems'>, sign: 1 | -1): void {
    if (!isKept) {
      this.#failed += sign;
      return;
    }
    this.#done += sign;
    if (isShort) this.#shortReturns += sign;
    if (failedItems > 0) this.#incomplete += sign;
  }

  #addItems(items: number, returned: number, sign: 1 | -1): void {
    const missing = this.#missingFail ? Math.max(0, items - returned) : 0;
    this.#totalItems += sign * items;
    this.#doneItems += sign * (items - missing);
    this.#failedItems += sign * missing;
    this.#returned += sign * returned;
  }

  #addFailed(items: number, sign: 1 | -1): void {
    this.#totalItems += sign * items;
    this.#failedItems += sign * items;
    this.#missing += sign * items;
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

  /** Items that failed for good, and of how many mini-batches; what a script left out of its returns is not among them. */
  get missing(): MissingItems {
    return { items: this.#missing, miniBatches: this.#failed + this.#incomplete };
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
