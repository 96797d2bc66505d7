/**
 * Joins the segments: rows in input order, each finished mini-batch exactly once. Follows the finished prefix while the step runs, and holds what it
 * copies against the ledger's checksums. Memory: one buffer, and what the sink needs.
 */
import { crc32 } from 'node:zlib';
import { LostRows, type SegmentStore } from '../../workers/compute.ts';
import type { MiniBatches, Stretch } from '../record/mini-batches.ts';
import type { Sink } from './sink.ts';

const bufferLength = 1 << 20;

export class Assembler {
  readonly #sink: Sink;
  readonly #segments: SegmentStore;
  readonly #miniBatches: MiniBatches;
  readonly #buffer = Buffer.alloc(bufferLength);
  #used = 0;
  #next = 0;
  /** Not written yet. */
  #header: Buffer | undefined;

  /** @param header the first line of the output, if it has one */
  constructor(sink: Sink, header: string | undefined, segments: SegmentStore, miniBatches: MiniBatches) {
    this.#sink = sink;
    this.#segments = segments;
    this.#miniBatches = miniBatches;
    this.#header = header === undefined ? undefined : Buffer.from(header);
  }

  /**
   * Copies what has become contiguous of the first `planned` mini-batches, about `bytes` at most. One call at a time.
   * True: there is more at once.
   */
  async advance(planned: number, bytes: number): Promise<boolean> {
    const stretches: Stretch[] = [];
    const next = this.#miniBatches.prefix(this.#next, planned, bytes, (stretch) => stretches.push(stretch));
    let copied = 0;
    for (const stretch of stretches) {
      await this.#copy(stretch);
      copied += stretch.length;
    }
    this.#next = next;
    return copied >= bytes;
  }

  /** All has been copied. See `Sink`. */
  async finish(sync: boolean): Promise<void> {
    await this.#flush();
    await this.#sink.finish(sync);
  }

  close(keep: boolean): Promise<void> {
    return this.#sink.close(keep);
  }

  async #copy({ segment, offset, length, first, partCrc }: Stretch): Promise<void> {
    const rows: Checksums = partCrc === undefined ? this.#miniBatches : { rowsLength: () => length, rowsCrc: () => partCrc };
    const check = new RowsCheck(rows, first);
    for (let done = 0; done < length; ) {
      if (this.#used === bufferLength) await this.#flush();
      const part = this.#buffer.subarray(this.#used, this.#used + Math.min(length - done, bufferLength - this.#used));
      await this.#segments.read(segment, offset + done, part);
      check.take(part);
      this.#used += part.length;
      done += part.length;
    }
  }

  async #flush(): Promise<void> {
    const header = this.#header;
    this.#header = undefined;
    if (header !== undefined) await this.#sink.write(header);
    await this.#sink.write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}

type Checksums = Pick<MiniBatches, 'rowsLength' | 'rowsCrc'>;

/** Holds the rows of mini-batches that lie behind one another against their checksums, however they are cut into pieces. */
class RowsCheck {
  readonly #miniBatches: Checksums;
  #index: number;
  /** Bytes of the present mini-batch that have not come yet, and the checksum of those that have. */
  #missing: number;
  #crc = 0;

  constructor(miniBatches: Checksums, first: number) {
    this.#miniBatches = miniBatches;
    this.#index = first;
    this.#missing = miniBatches.rowsLength(first);
  }

  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      while (this.#missing === 0) this.#missing = this.#miniBatches.rowsLength(++this.#index);
      const part = bytes.subarray(at, at + this.#missing);
      this.#crc = crc32(part, this.#crc);
      this.#missing -= part.length;
      at += part.length;
      if (this.#missing > 0) continue;
      if (this.#crc !== this.#miniBatches.rowsCrc(this.#index)) {
        throw new LostRows(`The rows of mini-batch ${this.#index} are no longer what its worker wrote`);
      }
      this.#crc = 0;
    }
  }
}
