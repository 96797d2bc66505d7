/** The mini-batches of a step whose items are, or were, tried apart. What happens to them is in the ledger first, and comes in here alone. */
import { Isolation } from './isolation.ts';
import type { LedgerRecord, PartRecord } from './ledger.ts';
import type { MiniBatches } from './mini-batches.ts';
import type { Tally } from './tally.ts';

export class Isolations {
  readonly #miniBatches: MiniBatches;
  readonly #tally: Tally;
  /** Mini-batches that failed for good, by index. */
  readonly #failed: Map<number, LedgerRecord>;
  readonly #isolations = new Map<number, Isolation>();

  constructor(miniBatches: MiniBatches, tally: Tally, failed: Map<number, LedgerRecord>) {
    this.#miniBatches = miniBatches;
    this.#tally = tally;
    this.#failed = failed;
  }

  get size(): number {
    return this.#isolations.size;
  }

  /** By index. */
  get all(): Iterable<readonly [number, Isolation]> {
    return this.#isolations;
  }

  of(index: number): Isolation | undefined {
    return this.#isolations.get(index);
  }

  /** The mini-batch is tried as a whole again. */
  forget(index: number): void {
    this.#isolations.delete(index);
  }

  take(record: PartRecord): void {
    const { index, attempt, items, part } = record;
    if (record.kind === 'parted') {
      this.#miniBatches.attemptFailed(index, attempt);
      this.#tally.parted(attempt);
      this.#isolations.set(index, new Isolation(items, attempt));
      return;
    }
    const isolation = this.#isolations.get(index);
    if (isolation === undefined) return;
    switch (record.kind) {
      case 'part_done':
        isolation.isDone(part, record);
        this.#tally.partEnded({ done: record });
        break;
      case 'part_failed':
        isolation.isFailed(part, items);
        this.#tally.partEnded({ failed: items });
        break;
      case 'part_split':
        isolation.split(part);
        this.#tally.partSplit();
        break;
      case 'part_reopened':
        this.#unsettle(index, isolation);
        this.#tally.partReopened(isolation.reopen(part));
    }
    if (isolation.isSettled) this.#settle(record, isolation);
  }

  #settle(record: PartRecord, isolation: Isolation): void {
    const { index } = record;
    this.#tally.settled(isolation, 1);
    if (isolation.isKept) this.#miniBatches.isolated(index, isolation.rows);
    else {
      const { attempts: attempt, failedItems: items } = isolation;
      this.#miniBatches.failed(index, attempt);
      this.#failed.set(index, { ...record, kind: 'failed', attempt, items, part: 0 });
    }
  }

  #unsettle(index: number, isolation: Isolation): void {
    if (!isolation.isSettled) return;
    this.#tally.settled(isolation, -1);
    this.#miniBatches.reopen(index);
    this.#failed.delete(index);
  }
}
