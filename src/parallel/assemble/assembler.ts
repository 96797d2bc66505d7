/**
 * Joins the segments into the one output file: rows in input order, each finished mini-batch exactly once. Follows the
 * finished prefix while the step runs, holds what it copies against the ledger's checksums, writes under another name, renames
 * when all is there. Memory: one buffer.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { renameDurably } from '../../os/files.ts';
import { OpenFile } from '../../os/open-file.ts';
import { LostRows, type SegmentStore } from '../../workers/compute.ts';
import type { MiniBatches, Stretch } from '../record/mini-batches.ts';

const bufferLength = 1 << 20;

export class Assembler {
  readonly #file: string;
  readonly #partial: string;
  readonly #segments: SegmentStore;
  readonly #miniBatches: MiniBatches;
  readonly #output: OpenFile;
  readonly #buffer = Buffer.alloc(bufferLength);
  #used = 0;
  #next = 0;
  #finished = false;

  /** @param header the first line of the file, if it has one */
  constructor(file: string, header: string | undefined, segments: SegmentStore, miniBatches: MiniBatches) {
    this.#file = file;
    this.#partial = partialName(file);
    this.#segments = segments;
    this.#miniBatches = miniBatches;
    mkdirSync(dirname(file), { recursive: true });
    this.#output = new OpenFile(this.#partial, 'w');
    if (header !== undefined) this.#used = this.#put(Buffer.from(header));
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

  /** All has been copied: gives the file its name. @param sync also after a loss of power */
  finish(sync: boolean): void {
    this.#flush();
    this.#output.close();
    if (sync) renameDurably(this.#partial, this.#file);
    else renameSync(this.#partial, this.#file);
    this.#finished = true;
  }

  /** Unless it is finished, nothing is left of it: a partial file must never be taken for a whole one. */
  close(): void {
    this.#output.close();
    if (!this.#finished) rmSync(this.#partial, { force: true });
  }

  async #copy({ segment, offset, length, first, partCrc }: Stretch): Promise<void> {
    const rows: Checksums = partCrc === undefined ? this.#miniBatches : { rowsLength: () => length, rowsCrc: () => partCrc };
    const check = new RowsCheck(rows, first);
    for (let done = 0; done < length; ) {
      if (this.#used === bufferLength) this.#flush();
      const part = this.#buffer.subarray(this.#used, this.#used + Math.min(length - done, bufferLength - this.#used));
      await this.#segments.read(segment, offset + done, part);
      check.take(part);
      this.#used += part.length;
      done += part.length;
    }
  }

  /** Text that is longer than the buffer goes out at once. Returns the bytes that are in the buffer then. */
  #put(bytes: Buffer): number {
    if (bytes.length <= bufferLength) return bytes.copy(this.#buffer);
    this.#writeOut(bytes, bytes.length);
    return 0;
  }

  #flush(): void {
    this.#writeOut(this.#buffer, this.#used);
    this.#used = 0;
  }

  #writeOut(bytes: Buffer, length: number): void {
    this.#output.write(bytes, length);
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

/** Beside the output, so that the rename stays within one file system. */
export function partialName(file: string): string {
  return join(dirname(file), `.${file.slice(dirname(file).length + 1)}.partial`);
}
