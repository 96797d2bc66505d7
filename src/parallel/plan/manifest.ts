/**
 * The manifest: what the planner cut, one descriptor a line, in input order; the line number is the mini-batch's index.
 * It is written as fast as planning goes, and the dispatcher reads behind it, a piece at a time: what was written a moment ago is in the
 * system's cache, so that memory stays the same for a thousand and for ten million mini-batches, however far behind the dispatcher is.
 */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { PlannedMiniBatch } from '../../data/types.ts';
import { RequestError } from '../../errors/types.ts';
import { OpenFile } from '../../os/open-file.ts';

const readLength = 1 << 18;
const newline = 10;

/** The text of one descriptor (`Descriptor` of the worker protocol). */
export function encodeDescriptor(miniBatch: PlannedMiniBatch): string {
  const { slice: cut } = miniBatch;
  const slice = JSON.stringify(cut.kind === 'files' && cut.versions === undefined ? cut.paths : cut);
  return miniBatch.partition === undefined
    ? `[${miniBatch.reader},${slice}]`
    : `[${miniBatch.reader},${slice},${JSON.stringify(miniBatch.partition)}]`;
}

/** What a manifest must be to be the one that was planned. */
export interface PlannedManifest {
  readonly total: number;
  /** Bytes, and their CRC-32; version 0.1 did not note them. */
  readonly length?: number;
  readonly crc?: number;
}

export class Manifest {
  readonly #file: OpenFile;
  /** Length of what an interrupted planning had written: outcomes may name mini-batches of it, so this one must begin with the same bytes. */
  readonly #earlier: number;
  #written = 0;
  #synced = 0;
  #crc = 0;
  #count = 0;
  /** What is being read: from `#at` to `#end` lie descriptors that were not given out, behind them the file goes on at `#position`. */
  #piece = Buffer.alloc(readLength);
  #at = 0;
  #end = 0;
  #position = 0;
  #next = 0;
  /** Used again and again: a fresh buffer for each of thousands of chunks would wait for the garbage collector outside its heap. */
  #scratch = Buffer.alloc(1 << 17);

  private constructor(file: OpenFile, earlier: number) {
    this.#file = file;
    this.#earlier = earlier;
  }

  /** A manifest to be written, behind whatever an interrupted planning of the same step has left of it. */
  static begin(path: string): Manifest {
    const earlier = existsSync(path) ? readManifest(path, () => undefined).length : undefined;
    const file = new OpenFile(path, earlier === undefined ? 'w+' : 'r+');
    if (earlier !== undefined) file.truncate(earlier);
    return new Manifest(file, earlier ?? 0);
  }

  /** The manifest that an earlier life of the step has completed; undefined where it is gone, or no longer what was planned. */
  static completed(path: string, planned: PlannedManifest): Manifest | undefined {
    if (!existsSync(path)) return undefined;
    const found = readManifest(path, () => undefined);
    if (!isPlanned({ ...found, total: found.count }, planned)) return undefined;
    const manifest = new Manifest(new OpenFile(path, 'r'), 0);
    manifest.#written = found.length;
    manifest.#synced = found.length;
    manifest.#count = found.count;
    manifest.#crc = found.crc;
    return manifest;
  }

  /** What has been written so far. */
  get planned(): Required<PlannedManifest> {
    return { total: this.#count, length: this.#written, crc: this.#crc };
  }

  /** Mini-batches written so far. */
  get count(): number {
    return this.#count;
  }

  /** Mini-batches that `take` has not given out yet. */
  get waiting(): number {
    return this.#count - this.#next;
  }

  /** @throws RequestError where an interrupted planning had found another input */
  append(chunk: readonly PlannedMiniBatch[]): void {
    const bytes = this.#encode(chunk.map((miniBatch) => `${encodeDescriptor(miniBatch)}\n`).join(''));
    const known = Math.min(bytes.length, Math.max(0, this.#earlier - this.#written));
    if (known > 0) this.#compare(bytes.subarray(0, known));
    this.#file.write(bytes.subarray(known), bytes.length - known, this.#written + known);
    this.#crc = crc32(bytes, this.#crc);
    this.#written += bytes.length;
    this.#count += chunk.length;
  }

  /** The next mini-batch in input order; undefined when the planner has cut no more yet. */
  take(): { readonly index: number; readonly text: string } | undefined {
    if (this.#next === this.#count) return undefined;
    let end = this.#piece.subarray(0, this.#end).indexOf(newline, this.#at);
    while (end === -1) {
      const from = this.#end - this.#at;
      this.#readOn();
      end = this.#piece.subarray(0, this.#end).indexOf(newline, from);
    }
    const text = this.#piece.toString('utf8', this.#at, end);
    this.#at = end + 1;
    const index = this.#next;
    this.#next += 1;
    return { index, text };
  }

  /**
   * Planning is finished: brings it to the disk.
   * @param planned what an earlier life had planned, where that is known
   * @throws RequestError where that was something else; an input that became shorter is a change, too
   */
  complete(planned?: PlannedManifest): void {
    const changed = this.#written < this.#earlier || (planned !== undefined && !isPlanned(this.planned, planned));
    if (changed) throw inputChanged(this.#file.path);
    this.#file.syncNow();
    this.#synced = this.#written;
  }

  /** Brings what has been written to the disk. */
  async sync(): Promise<void> {
    const length = this.#written;
    if (length === this.#synced) return;
    await this.#file.sync();
    this.#synced = length;
  }

  close(): void {
    this.#file.close();
  }

  #encode(text: string): Buffer {
    const most = text.length * 3;
    if (this.#scratch.length < most) this.#scratch = Buffer.alloc(most);
    return this.#scratch.subarray(0, this.#scratch.write(text));
  }

  /** Brings the rest of the piece to its beginning, and as much behind it as there is room for. */
  #readOn(): void {
    const rest = this.#piece.subarray(this.#at, this.#end);
    const piece = rest.length === this.#piece.length ? Buffer.alloc(2 * this.#piece.length) : this.#piece;
    rest.copy(piece);
    this.#piece = piece;
    this.#at = 0;
    const room = Math.min(piece.length - rest.length, this.#written - this.#position);
    const read = this.#file.read(piece, rest.length, room, this.#position);
    if (read === 0) throw new Error('the manifest ended in the middle of a line');
    this.#position += read;
    this.#end = rest.length + read;
  }

  #compare(bytes: Buffer): void {
    const earlier = Buffer.alloc(bytes.length);
    const read = this.#file.read(earlier, 0, earlier.length, this.#written);
    if (read !== bytes.length || !earlier.equals(bytes)) throw inputChanged(this.#file.path);
  }
}

function isPlanned(found: Required<PlannedManifest>, { total, length, crc }: PlannedManifest): boolean {
  return found.total === total && (length ?? found.length) === found.length && (crc ?? found.crc) === found.crc;
}

function inputChanged(file: string): RequestError {
  return new RequestError({
    code: 'input-changed',
    file,
    message: 'The input is no longer what it was when this job began: it is cut into other mini-batches now.',
    hint: 'Run it as a new job, or bring the input back and resume again.',
  });
}

/** The descriptors of a few mini-batches; of those that the file holds. */
export function descriptorsOf(path: string, indexes: ReadonlySet<number>): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  if (indexes.size === 0 || !existsSync(path)) return found;
  readManifest(path, (text, index) => {
    if (indexes.has(index)) found.set(index, text);
    return found.size < indexes.size;
  });
  return found;
}

/** Reads a finished or torn manifest line by line; `line` may return false to stop. Returns the bytes and checksum of its whole lines. */
export function readManifest(
  path: string,
  line: (text: string, index: number) => boolean | undefined,
): { readonly length: number; readonly crc: number; readonly count: number } {
  const descriptor = openSync(path, 'r');
  const bytes = Buffer.alloc(readLength);
  let rest = Buffer.alloc(0);
  let position = 0;
  let whole = 0;
  let crc = 0;
  let count = 0;
  try {
    for (;;) {
      const read = readSync(descriptor, bytes, 0, readLength, position);
      if (read === 0) return { length: whole, crc, count };
      position += read;
      const chunk = rest.length === 0 ? bytes.subarray(0, read) : Buffer.concat([rest, bytes.subarray(0, read)]);
      const end = chunk.lastIndexOf(10) + 1;
      crc = crc32(chunk.subarray(0, end), crc);
      whole += end;
      if (end > 0) {
        for (const text of chunk.toString('utf8', 0, end - 1).split('\n')) {
          if (line(text, count) === false) return { length: whole, crc, count };
          count += 1;
        }
      }
      rest = Buffer.from(chunk.subarray(end));
    }
  } finally {
    closeSync(descriptor);
  }
}
