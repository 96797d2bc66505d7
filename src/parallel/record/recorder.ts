/**
 * Where an outcome becomes fact: ledger first, then the states and counts that everything else reads. Also brings both
 * the ledger and the segments that it names to the disk, in groups.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { Ledger, type LedgerRecord } from './ledger.ts';
import { MiniBatches } from './mini-batches.ts';
import type { StateFiles } from './state-files.ts';
import { Tally } from './tally.ts';

export class Recorder {
  readonly miniBatches: MiniBatches;
  readonly tally: Tally;
  readonly #ledger: Ledger;
  readonly #state: StateFiles;
  /** Those that failed for good, by index. */
  readonly #failed: Map<number, LedgerRecord>;
  readonly #workerName: (slot: number) => string;
  #pending: LedgerRecord[] = [];
  /** Segments with rows that may not be on the disk yet. */
  #dirty = new Set<number>();
  #synced: number;
  #syncing: Promise<void> | undefined;

  private constructor(
    ledger: Ledger,
    state: StateFiles,
    miniBatches: MiniBatches,
    tally: Tally,
    failed: Map<number, LedgerRecord>,
    workerName: (slot: number) => string,
  ) {
    this.#failed = failed;
    this.#ledger = ledger;
    this.#state = state;
    this.miniBatches = miniBatches;
    this.tally = tally;
    this.#workerName = workerName;
    this.#synced = ledger.position;
  }

  /** Opens the step's record: an empty one, or that of its earlier life. Rows that the disk lost are to be made again. */
  static open(state: StateFiles, workerName: (slot: number) => string): Recorder {
    const miniBatches = new MiniBatches();
    const tally = new Tally();
    const failed = new Map<number, LedgerRecord>();
    const segments = new Map<number, number>();
    const ledger = Ledger.open(
      state.ledger,
      (record) => rowsAreThere(record, state, segments),
      (record) => {
        if (record.kind === 'failed') failed.set(record.index, record);
        else if (record.kind === 'reopened') failed.delete(record.index);
        applyRecord(record, miniBatches, tally, workerName, () => `mini-batch ${record.index}`);
      },
    );
    for (const descriptor of segments.values()) if (descriptor !== -1) closeSync(descriptor);
    return new Recorder(ledger, state, miniBatches, tally, failed, workerName);
  }

  add(record: LedgerRecord): void {
    this.#ledger.add(record);
    this.#pending.push(record);
  }

  /** Makes what was added fact. Throws when the ledger cannot be written (a full disk). */
  commit(describe: (record: LedgerRecord) => string): void {
    const records = this.#pending;
    this.#pending = [];
    this.#ledger.commit();
    for (const record of records) {
      applyRecord(record, this.miniBatches, this.tally, this.#workerName, () => describe(record));
      if (record.length > 0) this.#dirty.add(record.segment);
    }
  }

  /** Mini-batches that failed for good in an earlier life are open again; returns how many. */
  reopenFailed(): number {
    const reopened = [...this.#failed.values()];
    this.#failed.clear();
    for (const record of reopened) this.add({ ...record, kind: 'reopened' });
    this.commit(() => '');
    return reopened.length;
  }

  /** Starts to bring what is committed to the disk, unless that is under way; never holds the caller up. */
  sync(onError: (error: Error) => void): void {
    if (this.#syncing !== undefined || this.#ledger.position === this.#synced) return;
    this.#syncing = this.#syncAll()
      .catch(onError)
      .finally(() => {
        this.#syncing = undefined;
      });
  }

  /** The end: everything is on the disk when this resolves. */
  async close(sync: boolean): Promise<void> {
    await this.#syncing;
    if (sync && this.#ledger.position !== this.#synced) await this.#syncAll();
    this.#ledger.close();
  }

  async #syncAll(): Promise<void> {
    const position = this.#ledger.position;
    const segments = this.#dirty;
    // Rows that are committed from here on make their segment dirty again.
    this.#dirty = new Set();
    for (const id of segments) {
      const file = await open(this.#state.segment(id), 'r');
      await file.datasync().finally(() => file.close());
    }
    await this.#ledger.sync();
    this.#ledger.markSynced(position);
    this.#synced = this.#ledger.position;
  }
}

function applyRecord(
  record: LedgerRecord,
  miniBatches: MiniBatches,
  tally: Tally,
  workerName: (slot: number) => string,
  describe: () => string,
): void {
  switch (record.kind) {
    case 'done':
      miniBatches.done(record.index, record.segment, record.offset, record.length);
      break;
    case 'failed':
      miniBatches.failed(record.index, record.attempt);
      break;
    case 'reopened':
      miniBatches.reopen(record.index);
      break;
    case 'attempt_failed':
      miniBatches.attemptFailed(record.index, record.attempt);
      break;
  }
  tally.record(record, workerName(record.worker), describe);
}

function rowsAreThere(record: LedgerRecord, state: StateFiles, open: Map<number, number>): boolean {
  if (record.length === 0) return true;
  const descriptor = open.get(record.segment) ?? openIfThere(state.segment(record.segment));
  open.set(record.segment, descriptor);
  if (descriptor === -1) return false;
  const bytes = Buffer.alloc(Math.min(record.length, 1 << 20));
  let crc = 0;
  for (let done = 0; done < record.length; ) {
    const read = readSync(descriptor, bytes, 0, Math.min(bytes.length, record.length - done), record.offset + done);
    if (read === 0) return false;
    crc = crc32(bytes.subarray(0, read), crc);
    done += read;
  }
  return crc === record.crc;
}

function openIfThere(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    return -1;
  }
}
