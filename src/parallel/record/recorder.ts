/**
 * Where an outcome becomes fact: ledger first, then the states and counts that everything else reads. Also brings both
 * the ledger and the segments that it names to the disk, in groups.
 */
import type { SegmentStore } from '../../workers/compute.ts';
import type { Assignment, Failure, Outcome } from '../../workers/protocol/messages.ts';
import { Ledger, type LedgerRecord } from './ledger.ts';
import { MiniBatches } from './mini-batches.ts';
import { Tally } from './tally.ts';

/** Who did it: what the ledger notes of a worker. */
export interface Author {
  /** Number of its slot. */
  readonly worker: number;
  readonly segment: number;
}

/** An outcome of what its worker had been given. */
export interface Ended {
  readonly assignment: Assignment;
  readonly outcome: Outcome;
}

export interface RecorderSetup {
  readonly ledger: string;
  readonly segments: SegmentStore;
  readonly workerName: (slot: number) => string;
  /** A mini-batch in words, from its descriptor; asked only for the few that are told. */
  readonly describe: (text: string) => string;
  /** What the ledger's records are about: it reaches the disk before they do. */
  readonly manifest: { sync(): Promise<void> };
  /** How often edited code was taken in place of the job's first. Default: never */
  readonly codeVersion?: number;
  /** An item for which no row came back has failed. */
  readonly missingFail: boolean;
  /** Which rows of earlier lives are looked at: those that a loss of power may have taken (default), or all. */
  readonly check?: 'unsynced' | 'all';
}

/** In the record of an attempt after which there are others. */
const notTold = 0;

const noRows = { segment: 0, offset: 0, length: 0, crc: 0 };

export class Recorder {
  readonly miniBatches: MiniBatches;
  readonly tally: Tally;
  /** This life is the first with the code that it runs. */
  hasNewCode = false;
  readonly #setup: RecorderSetup;
  readonly #ledger: Ledger;
  readonly #failed: Map<number, LedgerRecord>;
  /** Items of those mini-batches of which an attempt failed, as far as one told. */
  readonly #items: Map<number, number>;
  /** Segments with rows that may not be on the disk yet. */
  #dirty = new Set<number>();
  #synced: number;
  #syncing: Promise<void> | undefined;
  #closed = false;

  private constructor(setup: RecorderSetup, ledger: Ledger, past: Past) {
    ({ miniBatches: this.miniBatches, tally: this.tally, failed: this.#failed, items: this.#items } = past);
    this.#setup = setup;
    this.#ledger = ledger;
    this.#synced = ledger.position;
  }

  /**
   * Opens the step's record: an empty one, or that of its earlier life. Rows that the disk lost are to be made again.
   * @throws the system's error when a segment that should be there cannot be read
   */
  static async open(setup: RecorderSetup): Promise<Recorder> {
    const done = setup.check === 'all' ? new Map<number, LedgerRecord>() : undefined;
    const past: Past = {
      miniBatches: new MiniBatches(),
      tally: new Tally(setup.missingFail),
      failed: new Map(),
      items: new Map(),
      done,
      codeVersion: 0,
    };
    const intact = async (record: LedgerRecord) => record.length === 0 || (await setup.segments.intact(record));
    const unsynced = new Set<number>();
    const stillThere = async (record: LedgerRecord) => {
      const isIntact = await intact(record);
      if (isIntact && record.length > 0) unsynced.add(record.segment);
      return isIntact;
    };
    const ledger = await Ledger.open(setup.ledger, stillThere, (record) => recall(record, past, setup.workerName));
    const recorder = new Recorder(setup, ledger, past);
    // What a process wrote before it died is in the system's cache: the next mark may not say more than that.
    recorder.#dirty = unsynced;
    try {
      if ((setup.codeVersion ?? 0) > past.codeVersion) recorder.#takeCode(setup.codeVersion ?? 0);
      for (const record of done?.values() ?? []) if (!(await intact(record))) recorder.#lose(record);
      ledger.commit();
    } catch (error) {
      ledger.close();
      throw error;
    }
    return recorder;
  }

  /** From here on other code runs. */
  #takeCode(version: number): void {
    const nothing = { attempt: 0, items: 0, returned: 0, ...noRows, started: 0, loadMs: 0, runMs: 0, worker: 0 };
    this.#ledger.add({ kind: 'code', index: version, ...nothing });
    this.hasNewCode = true;
  }

  #lose(record: LedgerRecord): void {
    this.#ledger.add({ ...record, kind: 'lost' });
    lose(record, this);
  }

  /** Attempts that succeeded. @throws when the ledger cannot be written (a full disk): none of them counts then */
  done(author: Author, ended: readonly Ended[]): void {
    for (const { outcome } of ended) this.#ledger.add(doneRecord(outcome, author));
    this.#ledger.commit();
    let bytes = 0;
    for (const { assignment, outcome } of ended) {
      const { index, offset, length, crc } = outcome;
      bytes += length;
      this.miniBatches.done(index, { segment: author.segment, offset, length, crc });
      this.tally.done(outcome);
      if (this.tally.isSlow(outcome))
        this.tally.noteSlow(outcome, this.#setup.workerName(author.worker), this.#setup.describe(assignment.text));
    }
    if (bytes > 0) this.#dirty.add(author.segment);
  }

  /**
   * An attempt that failed. Its mini-batch has as many items as any attempt told; where none did, as its descriptor tells.
   * @param described undefined where that does not tell either: such a mini-batch counts as one item
   * @param final no further attempt follows
   */
  failed(
    worker: number,
    failure: Pick<Failure, 'index' | 'attempt' | 'items' | 'started' | 'loadMs' | 'runMs'>,
    described: number | undefined,
    final: boolean,
  ): void {
    const { index, attempt, started, loadMs, runMs } = failure;
    const kind = final ? 'failed' : 'attempt_failed';
    const told = failure.items ?? this.#items.get(index) ?? described;
    if (told !== undefined) this.#items.set(index, told);
    const items = told ?? (final ? 1 : notTold);
    this.#ledger.add({ kind, index, attempt, items, returned: 0, ...noRows, started, loadMs, runMs, worker });
    this.#ledger.commit();
    if (!final) this.miniBatches.attemptFailed(index, attempt);
    else {
      this.miniBatches.failed(index, attempt);
      this.tally.failed(attempt, items);
    }
  }

  /** Mini-batches that failed for good in an earlier life are open again; returns how many. */
  reopenFailed(): number {
    const reopened = [...this.#failed.values()];
    this.#failed.clear();
    for (const record of reopened) this.#ledger.add({ ...record, kind: 'reopened' });
    this.#ledger.commit();
    for (const { index, items } of reopened) reopen(index, items, this);
    return reopened.length;
  }

  /** Starts to bring what is committed to the disk, unless that is under way; never holds the caller up. */
  sync(onError: (error: unknown) => void): void {
    if (this.#syncing !== undefined || this.#ledger.position === this.#synced) return;
    this.#syncing = this.#syncAll()
      .catch(onError)
      .finally(() => {
        this.#syncing = undefined;
      });
  }

  /** The end. With `sync`, everything is on the disk when this resolves. The ledger is closed in any case; a second time nothing happens. */
  async close(sync: boolean): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#syncing;
      if (sync && this.#ledger.position !== this.#synced) await this.#syncAll();
    } finally {
      this.#ledger.close();
    }
  }

  async #syncAll(): Promise<void> {
    const position = this.#ledger.position;
    const segments = this.#dirty;
    // Rows that are committed from here on make their segment dirty again.
    this.#dirty = new Set();
    await this.#setup.manifest.sync();
    await this.#setup.segments.sync(segments);
    await this.#ledger.sync();
    this.#ledger.markSynced(position);
    this.#synced = this.#ledger.position;
  }
}

/** Field by field: there are tens of thousands of these a second, and copying objects into one another takes three times as long. */
function doneRecord(outcome: Outcome, { worker, segment }: Author): LedgerRecord {
  const { index, attempt, items, returned, offset, length, crc, started, loadMs, runMs } = outcome;
  return { kind: 'done', index, attempt, items, returned, segment, offset, length, crc, started, loadMs, runMs, worker };
}

/** What earlier lives of the step left. */
interface Past {
  codeVersion: number;
  readonly miniBatches: MiniBatches;
  readonly tally: Tally;
  /** Those that failed for good, by index. */
  readonly failed: Map<number, LedgerRecord>;
  /** Those that are done, by index, where they are to be looked at. */
  readonly done: Map<number, LedgerRecord> | undefined;
  /** By index, as far as an attempt told. */
  readonly items: Map<number, number>;
}

function recall(record: LedgerRecord, past: Past, workerName: RecorderSetup['workerName']): void {
  const { kind, index, attempt, items, worker } = record;
  const { miniBatches, tally, failed } = past;
  switch (kind) {
    case 'done':
      miniBatches.done(index, record);
      past.done?.set(index, record);
      tally.done(record);
      if (tally.isSlow(record)) tally.noteSlow(record, workerName(worker), `mini-batch ${index}`);
      return;
    case 'failed':
      miniBatches.failed(index, attempt);
      tally.failed(attempt, items);
      failed.set(index, record);
      return;
    case 'lost':
      past.done?.delete(index);
      lose(record, past);
      return;
    case 'reopened':
      failed.delete(index);
      reopen(index, items, past);
      return;
    case 'code':
      past.codeVersion = index;
      return;
    case 'attempt_failed':
      if (items !== notTold) past.items.set(index, items);
      miniBatches.attemptFailed(index, attempt);
      return;
  }
}

function reopen(index: number, items: number, { miniBatches, tally }: Pick<Past, 'miniBatches' | 'tally'>): void {
  miniBatches.reopen(index);
  tally.reopened(items);
}

function lose(record: LedgerRecord, { miniBatches, tally }: Pick<Past, 'miniBatches' | 'tally'>): void {
  miniBatches.reopen(record.index);
  tally.lost(record);
}
