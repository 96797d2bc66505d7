/**
 * The ledger: what became of every mini-batch, append-only, in groups of fixed-size records.
 *
 * A group is a 16-byte head (magic, number of records, CRC-32 of the records, kind) and its records of 64 bytes. A group that
 * is cut short or does not match its checksum was being written when the machine stopped: it and all behind it are
 * cut off on open. A `synced` group has no records and says that everything before it, and the segment bytes that it
 * names, had reached the disk.
 */
import { existsSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { OpenFile } from '../../os/open-file.ts';
import type { Rows } from '../../workers/compute.ts';

const magic = 0x474c5250;
const headLength = 16;
const recordLength = 64;
const kinds = { outcomes: 0, synced: 1 } as const;

/**
 * `reopened`: it had failed for good, and gets all its attempts again. `lost`: it was done, and its rows are no longer what they were.
 * `code`: of no mini-batch; what follows ran under the code that was taken the `index`th time in place of the job's first.
 * `parted`: it failed for good, and its items are tried apart, in parts: of each of them is told that it is done, that it failed and its
 * halves follow (`part_split`), that it failed for good, or that it is open again though it had ended.
 */
export type WholeKind = 'done' | 'attempt_failed' | 'failed' | 'reopened' | 'lost' | 'code';
export type PartKind = 'parted' | 'part_done' | 'part_split' | 'part_failed' | 'part_reopened';
export type LedgerKind = WholeKind | PartKind;
const wholeKinds: readonly WholeKind[] = ['done', 'attempt_failed', 'failed', 'reopened', 'lost', 'code'];
const partKinds: readonly PartKind[] = ['parted', 'part_done', 'part_split', 'part_failed', 'part_reopened'];
const aboutParts: ReadonlySet<LedgerKind> = new Set(partKinds);
const recordKinds: readonly LedgerKind[] = [...wholeKinds, ...partKinds];

/** What became of one attempt. The rows are all zeros without append_row. */
export interface LedgerRecord extends Rows {
  readonly kind: LedgerKind;
  readonly index: number;
  /** 1-based. */
  readonly attempt: number;
  readonly items: number;
  readonly returned: number;
  /** Epoch milliseconds. */
  readonly started: number;
  readonly loadMs: number;
  readonly runMs: number;
  /** Slot of the worker. */
  readonly worker: number;
  /** Number of the part of the mini-batch; 0 where it is about the whole. */
  readonly part: number;
}

export type PartRecord = LedgerRecord & { readonly kind: PartKind };

export function isAboutParts(record: LedgerRecord): record is PartRecord {
  return aboutParts.has(record.kind);
}

export type RecordReader = (record: LedgerRecord) => void;

export class Ledger {
  readonly #file: OpenFile;
  #position: number;
  #group = Buffer.alloc(headLength + 256 * recordLength);
  #count = 0;

  private constructor(file: OpenFile, position: number) {
    this.#file = file;
    this.#position = position;
  }

  /**
   * Opens the ledger and tells its records to `read`, in order. Cut off are a torn tail and, behind the last `synced` mark, all from the
   * first group on that names rows which the disk lost with the power (`intact` says no): at most what happened since that mark.
   */
  static async open(path: string, intact: (record: LedgerRecord) => Promise<boolean>, read: RecordReader): Promise<Ledger> {
    const file = new OpenFile(path, existsSync(path) ? 'r+' : 'w+');
    try {
      let syncedTo = 0;
      for (const group of groups(file)) if (group.kind === 'synced') syncedTo = group.upTo;
      let end = 0;
      for (const group of groups(file)) {
        if (group.kind === 'outcomes') {
          if (group.position >= syncedTo && !(await every(group.records, intact))) break;
          group.records.forEach(read);
        }
        end = group.end;
      }
      file.truncate(end);
      return new Ledger(file, end);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Puts a record into the present group. It counts once `commit` returned. */
  add(record: LedgerRecord): void {
    const at = headLength + this.#count * recordLength;
    if (at + recordLength > this.#group.length) {
      const larger = Buffer.alloc(this.#group.length * 2);
      this.#group.copy(larger);
      this.#group = larger;
    }
    const group = this.#group;
    group[at] = recordKinds.indexOf(record.kind);
    group[at + 1] = 0;
    group.writeUInt16LE(Math.min(record.attempt, 0xffff), at + 2);
    group.writeUInt32LE(record.index, at + 4);
    group.writeUInt32LE(record.items, at + 8);
    group.writeUInt32LE(record.returned, at + 12);
    group.writeUInt32LE(record.segment, at + 16);
    group.writeUInt32LE(record.crc, at + 20);
    group.writeDoubleLE(record.offset, at + 24);
    group.writeDoubleLE(record.length, at + 32);
    group.writeDoubleLE(record.started, at + 40);
    group.writeFloatLE(record.loadMs, at + 48);
    group.writeFloatLE(record.runMs, at + 52);
    group.writeUInt32LE(record.worker, at + 56);
    group.writeUInt32LE(record.part, at + 60);
    this.#count += 1;
  }

  /** Writes the present group: from then on its outcomes survive the death of every process. Throws on a full disk. */
  commit(): void {
    if (this.#count === 0) return;
    const length = headLength + this.#count * recordLength;
    writeHead(this.#group, this.#count, crc32(this.#group.subarray(headLength, length)), kinds.outcomes);
    this.#file.write(this.#group, length, this.#position);
    this.#position += length;
    this.#count = 0;
  }

  /** Bytes committed so far. */
  get position(): number {
    return this.#position;
  }

  /** Brings what was committed to the disk, so that it also survives a loss of power. */
  sync(): Promise<void> {
    return this.#file.sync();
  }

  /** Notes that the ledger and the segments were on the disk when it was as long as `position`. */
  markSynced(position: number): void {
    const head = Buffer.alloc(headLength);
    // The count field carries nothing for this kind; the position stands where the checksum would be, in two halves.
    head.writeUInt32LE(magic, 0);
    head.writeUInt32LE(position % 2 ** 32, 4);
    head.writeUInt32LE(Math.floor(position / 2 ** 32), 8);
    head.writeUInt32LE(kinds.synced, 12);
    this.#file.write(head, headLength, this.#position);
    this.#position += headLength;
  }

  close(): void {
    this.#file.close();
  }
}

/** Reads the records of a ledger that may be in use by its coordinator; stops where it is torn. */
export function readLedger(path: string, read: RecordReader): void {
  const file = new OpenFile(path, 'r');
  try {
    for (const group of groups(file)) if (group.kind === 'outcomes') group.records.forEach(read);
  } finally {
    file.close();
  }
}

async function every<T>(values: readonly T[], holds: (value: T) => Promise<boolean>): Promise<boolean> {
  for (const value of values) if (!(await holds(value))) return false;
  return true;
}

type Group =
  | { readonly kind: 'outcomes'; readonly position: number; readonly end: number; readonly records: readonly LedgerRecord[] }
  | { readonly kind: 'synced'; readonly upTo: number; readonly end: number };

/** The whole groups, in order. */
function* groups(file: OpenFile): Generator<Group> {
  const head = Buffer.alloc(headLength);
  let body = Buffer.alloc(1 << 16);
  for (let position = 0; file.read(head, 0, headLength, position) === headLength && head.readUInt32LE(0) === magic; ) {
    const kind = head.readUInt32LE(12);
    if (kind === kinds.synced) {
      position += headLength;
      yield { kind: 'synced', upTo: head.readUInt32LE(4) + head.readUInt32LE(8) * 2 ** 32, end: position };
      continue;
    }
    const length = head.readUInt32LE(4) * recordLength;
    if (kind !== kinds.outcomes || length === 0) return;
    if (body.length < length) body = Buffer.alloc(length);
    if (file.read(body, 0, length, position + headLength) < length) return;
    if (crc32(body.subarray(0, length)) !== head.readUInt32LE(8)) return;
    const records: LedgerRecord[] = [];
    for (let at = 0; at < length; at += recordLength) records.push(decode(body, at));
    const end = position + headLength + length;
    yield { kind: 'outcomes', position, end, records };
    position = end;
  }
}

function decode(body: Buffer, at: number): LedgerRecord {
  return {
    kind: recordKinds[body.readUInt8(at)] ?? 'attempt_failed',
    attempt: body.readUInt16LE(at + 2),
    index: body.readUInt32LE(at + 4),
    items: body.readUInt32LE(at + 8),
    returned: body.readUInt32LE(at + 12),
    segment: body.readUInt32LE(at + 16),
    crc: body.readUInt32LE(at + 20),
    offset: body.readDoubleLE(at + 24),
    length: body.readDoubleLE(at + 32),
    started: body.readDoubleLE(at + 40),
    loadMs: body.readFloatLE(at + 48),
    runMs: body.readFloatLE(at + 52),
    worker: body.readUInt32LE(at + 56),
    part: body.readUInt32LE(at + 60),
  };
}

function writeHead(group: Buffer, count: number, crc: number, kind: number): void {
  group.writeUInt32LE(magic, 0);
  group.writeUInt32LE(count, 4);
  group.writeUInt32LE(crc, 8);
  group.writeUInt32LE(kind, 12);
}
