/** Counts of a step, kept as outcomes are recorded; everything that is told about a step is read from here. */
import type { ItemCounts, MiniBatchCounts, StepSummary } from '../../events/types.ts';
import type { LedgerRecord } from './ledger.ts';
import { shortfall } from './thresholds.ts';

const keptSlowest = 5;

export class Tally {
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

  planned(total: number, complete: boolean): void {
    this.#total = total;
    this.#planned = complete;
  }

  /** @param describe tells the mini-batch in words; called only for the few that are kept. */
  record(record: LedgerRecord, worker: string, describe: () => string): void {
    if (record.kind === 'done' || record.kind === 'failed') this.#retries += record.attempt - 1;
    switch (record.kind) {
      case 'done': {
        const missing = shortfall(record.items, record.returned);
        this.#done += 1;
        this.#totalItems += record.items;
        this.#doneItems += record.items - missing;
        this.#failedItems += missing;
        this.#returned += record.returned;
        if (missing > 0) this.#shortReturns += 1;
        this.#noteTime(record, worker, describe);
        return;
      }
      case 'failed':
        this.#failed += 1;
        this.#totalItems += record.items;
        this.#failedItems += record.items;
        return;
      case 'reopened':
        this.#failed -= 1;
        this.#totalItems -= record.items;
        this.#failedItems -= record.items;
        return;
      case 'attempt_failed':
        return;
    }
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

  get finished(): number {
    return this.#done + this.#failed;
  }

  get shortReturns(): number {
    return this.#shortReturns;
  }

  /** At most 5, slowest first. */
  get slowest(): StepSummary['slowest'] {
    return this.#slowest;
  }

  #noteTime(record: LedgerRecord, worker: string, describe: () => string): void {
    const seconds = (record.loadMs + record.runMs) / 1000;
    const least = this.#slowest.at(-1);
    if (this.#slowest.length >= keptSlowest && least !== undefined && seconds <= least.seconds) return;
    const slow = { miniBatch: record.index, worker, seconds, what: describe() };
    this.#slowest = [...this.#slowest, slow].sort((a, b) => b.seconds - a.seconds).slice(0, keptSlowest);
  }
}
