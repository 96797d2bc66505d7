/**
 * Where an outcome becomes fact: ledger first, then the states and counts that everything else reads. Also brings both
 * the ledger and the segments that it names to the disk, in groups.
 */
import type { MissingItems } from '../../events/types.ts';
import type { SegmentStore } from '../../workers/compute.ts';
import type { Assignment, Failure, Outcome } from '../../workers/protocol/messages.ts';
import { halvesOf, type Isolation, type Part } from './isolation.ts';
import type { Isolations } from './isolations.ts';
import { Ledger, type LedgerRecord, type PartRecord } from './ledger.ts';
import type { MiniBatches } from './mini-batches.ts';
import { lose, nothingYet, notTold, type Past, recall, reopen } from './past.ts';
import type { Tally } from './tally.ts';

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

const noRows = { segment: 0, offset: 0, length: 0, crc: 0 };

type Attempted = Pick<Failure, 'index' | 'attempt' | 'items' | 'phase' | 'started' | 'loadMs' | 'runMs'>;

export class Recorder {
  readonly miniBatches: MiniBatches;
  readonly tally: Tally;
  readonly isolations: Isolations;
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
    ({ miniBatches: this.miniBatches, tally: this.tally, isolations: this.isolations, failed: this.#failed, items: this.#items } = past);
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
    const past = nothingYet(setup.missingFail, done);
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
      if (done !== undefined) await recorder.#loseParts(setup.segments);
      ledger.commit();
    } catch (error) {
      ledger.close();
      throw error;
    }
    return recorder;
  }

  /** From here on other code runs. */
  #takeCode(version: number): void {
    this.#ledger.add({ ...ofNothing, kind: 'code', index: version });
  }

  #lose(record: LedgerRecord): void {
    this.#ledger.add({ ...record, kind: 'lost' });
    lose(record, this);
  }

  async #loseParts(segments: SegmentStore): Promise<void> {
    const lost: PartRecord[] = [];
    for (const [index, isolation] of this.isolations.all) {
      for (const [part, rows] of isolation.doneParts)
        if (rows.length > 0 && !(await segments.intact(rows))) lost.push({ ...ofNothing, kind: 'part_reopened', index, part });
    }
    this.#note(lost);
  }

  /** What is about parts of a mini-batch goes one way, in this life and when it is read by the next one. */
  #note(records: readonly PartRecord[]): void {
    for (const record of records) this.#ledger.add(record);
    this.#ledger.commit();
    for (const record of records) this.isolations.take(record);
  }

  /** Attempts that succeeded. @throws when the ledger cannot be written (a full disk): none of them counts then */
  done(author: Author, ended: readonly Ended[]): void {
    for (const { outcome } of ended) this.#ledger.add(doneRecord(outcome, author, this.#partOf(outcome)));
    this.#ledger.commit();
    let bytes = 0;
    for (const { assignment, outcome } of ended) {
      const { index, offset, length, crc } = outcome;
      bytes += length;
      const part = this.#partOf(outcome);
      if (part > 0) {
        this.isolations.take({ ...doneRecord(outcome, author, part), kind: 'part_done' });
        continue;
      }
      this.miniBatches.done(index, { segment: author.segment, offset, length, crc });
      this.tally.done(outcome);
      if (this.tally.isSlow(outcome))
        this.tally.noteSlow(outcome, this.#setup.workerName(author.worker), this.#setup.describe(assignment.text));
    }
    if (bytes > 0) this.#dirty.add(author.segment);
  }

  /** Of the part that an attempt is at; 0 for one at a whole mini-batch. */
  #partOf({ index, attempt }: Pick<Outcome, 'index' | 'attempt'>): number {
    return this.isolations.size === 0 ? 0 : (this.isolations.of(index)?.partOf(attempt)?.number ?? 0);
  }

  /**
   * An attempt at a whole mini-batch that failed. It has as many items as any attempt told; where none did, as its descriptor tells.
   * @param described undefined where that does not tell either: such a mini-batch counts as one item
   * @param then what follows: another attempt, nothing, or its items apart, where that makes sense
   * @returns the parts that are tried then
   */
  failed(worker: number, failure: Attempted, described: number | undefined, then: 'again' | 'nothing' | 'isolate'): readonly Part[] {
    const { index, attempt, started, loadMs, runMs } = failure;
    const told = failure.items ?? this.#items.get(index) ?? described;
    if (told !== undefined) this.#items.set(index, told);
    const note = { ...ofNothing, index, attempt, started, loadMs, runMs, worker };
    // Data that cannot be read cannot be parted either.
    if (then === 'isolate' && failure.phase !== 'load' && told !== undefined && told > 1) {
      this.#note([{ ...note, kind: 'parted', items: told }]);
      return this.isolations.of(index)?.open ?? [];
    }
    const final = then !== 'again';
    const items = told ?? (final ? 1 : notTold);
    this.#ledger.add({ ...note, kind: final ? 'failed' : 'attempt_failed', items });
    this.#ledger.commit();
    if (!final) this.miniBatches.attemptFailed(index, attempt);
    else {
      this.miniBatches.failed(index, attempt);
      this.tally.failed(attempt, items);
    }
    return [];
  }

  /** An attempt at a part that failed. Returns its halves, if they are tried; none: its items failed for good. */
  partFailed(
    worker: number,
    { index, attempt, phase, started, loadMs, runMs }: Attempted,
    isolation: Isolation,
    part: Part,
  ): readonly Part[] {
    const splits = part.to - part.from > 1 && phase !== 'load';
    const kind = splits ? 'part_split' : 'part_failed';
    const items = part.to - part.from;
    this.#note([{ ...ofNothing, kind, index, attempt, items, started, loadMs, runMs, worker, part: part.number }]);
    return splits ? halvesOf(part.number).map((half) => isolation.part(half)) : [];
  }

  /** What failed for good in an earlier life is open again: whole mini-batches, and single parts of others. Returns how much. */
  reopenFailed(): MissingItems {
    const before = this.tally.missing;
    const reopened = [...this.#failed.values()];
    this.#failed.clear();
    for (const record of reopened) this.#ledger.add({ ...record, kind: 'reopened' });
    this.#ledger.commit();
    for (const { index, items } of reopened) reopen(index, items, this);
    const parts: PartRecord[] = [];
    for (const [index, isolation] of this.isolations.all)
      for (const { number } of isolation.failed) parts.push({ ...ofNothing, kind: 'part_reopened', index, part: number });
    this.#note(parts);
    return before;
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
function doneRecord(outcome: Outcome, { worker, segment }: Author, part: number): LedgerRecord {
  const { index, attempt, items, returned, offset, length, crc, started, loadMs, runMs } = outcome;
  const kind = part === 0 ? 'done' : 'part_done';
  return { kind, index, attempt, items, returned, segment, offset, length, crc, started, loadMs, runMs, worker, part };
}

/** A record that says of its mini-batch nothing but its kind. */
const ofNothing = { attempt: 0, items: 0, returned: 0, ...noRows, started: 0, loadMs: 0, runMs: 0, worker: 0, part: 0 };
