/**
 * Joins the segments into the one output file: rows in input order, each finished mini-batch exactly once. Follows the
 * finished prefix while the step runs, writes under another name, renames when all is there. Memory: one buffer.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SegmentStore } from '../../workers/compute.ts';
import type { MiniBatches } from '../record/mini-batches.ts';

const bufferLength = 1 << 20;

export class Assembler {
  readonly #file: string;
  readonly #partial: string;
  readonly #segments: SegmentStore;
  readonly #miniBatches: MiniBatches;
  readonly #output: number;
  readonly #buffer = Buffer.alloc(bufferLength);
  #used = 0;
  #next = 0;
  #state: 'open' | 'closed' | 'finished' = 'open';

  /** @param header the first line of the file, if it has one */
  constructor(file: string, header: string | undefined, segments: SegmentStore, miniBatches: MiniBatches) {
    this.#file = file;
    this.#partial = partialName(file);
    this.#segments = segments;
    this.#miniBatches = miniBatches;
    mkdirSync(dirname(file), { recursive: true });
    this.#output = openSync(this.#partial, 'w');
    if (header !== undefined) this.#used = this.#put(Buffer.from(header));
  }

  /**
   * Copies what has become contiguous of the first `planned` mini-batches, about `bytes` at most. One call at a time.
   * True: there is more at once.
   */
  async advance(planned: number, bytes: number): Promise<boolean> {
    const ranges: { readonly segment: number; readonly offset: number; readonly length: number }[] = [];
    const next = this.#miniBatches.prefix(this.#next, planned, bytes, (segment, offset, length) =>
      ranges.push({ segment, offset, length }),
    );
    let copied = 0;
    for (const { segment, offset, length } of ranges) {
      await this.#copy(segment, offset, length);
      copied += length;
    }
    this.#next = next;
    return copied >= bytes;
  }

  /** All has been copied: brings the file to the disk and to its name. */
  finish(sync: boolean): void {
    this.#flush();
    if (sync) fsyncSync(this.#output);
    closeSync(this.#output);
    this.#state = 'closed';
    renameSync(this.#partial, this.#file);
    this.#state = 'finished';
  }

  /** Unless it is finished, nothing is left of it: a partial file must never be taken for a whole one. */
  close(): void {
    if (this.#state === 'open') closeSync(this.#output);
    if (this.#state !== 'finished') rmSync(this.#partial, { force: true });
  }

  async #copy(segment: number, offset: number, length: number): Promise<void> {
    for (let done = 0; done < length; ) {
      if (this.#used === bufferLength) this.#flush();
      const part = Math.min(length - done, bufferLength - this.#used);
      await this.#segments.read(segment, offset + done, this.#buffer.subarray(this.#used, this.#used + part));
      this.#used += part;
      done += part;
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
    for (let done = 0; done < length; ) done += writeSync(this.#output, bytes, done, length - done);
  }
}

/** Beside the output, so that the rename stays within one file system. */
export function partialName(file: string): string {
  return join(dirname(file), `.${file.slice(dirname(file).length + 1)}.partial`);
}
