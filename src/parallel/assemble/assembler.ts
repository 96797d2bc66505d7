/**
 * Joins the segments into the one output file: rows in input order, each finished mini-batch exactly once. Follows the
 * finished prefix while the step runs, writes under another name, renames when all is there. Memory: one buffer.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MiniBatches } from '../record/mini-batches.ts';

const bufferLength = 1 << 20;

export class Assembler {
  readonly #file: string;
  readonly #partial: string;
  readonly #segments: (id: number) => string;
  readonly #miniBatches: MiniBatches;
  readonly #output: number;
  readonly #open = new Map<number, number>();
  readonly #buffer = Buffer.alloc(bufferLength);
  #used = 0;
  #next = 0;
  #finished = false;

  constructor(file: string, segments: (id: number) => string, miniBatches: MiniBatches) {
    this.#file = file;
    this.#partial = partialName(file);
    this.#segments = segments;
    this.#miniBatches = miniBatches;
    mkdirSync(dirname(file), { recursive: true });
    this.#output = openSync(this.#partial, 'w');
  }

  /** The first line of the file; before any `advance`. */
  header(text: string): void {
    const bytes = Buffer.from(text);
    this.#writeOut(bytes, bytes.length);
  }

  /** Copies what has become contiguous, about `bytes` at most so that the caller stays responsive. True: there is more at once. */
  advance(planned: number, bytes: number): boolean {
    let copied = 0;
    this.#next = this.#miniBatches.prefix(this.#next, planned, bytes, (segment, offset, length) => {
      this.#copy(segment, offset, length);
      copied += length;
    });
    return copied >= bytes;
  }

  /** All mini-batches are final: brings the file to the disk and to its name. */
  finish(planned: number, sync: boolean): void {
    this.advance(planned, Number.POSITIVE_INFINITY);
    this.#flush();
    if (sync) fsyncSync(this.#output);
    this.#close();
    renameSync(this.#partial, this.#file);
    this.#finished = true;
  }

  /** The step did not complete: a partial file must never be taken for a whole one. */
  [Symbol.dispose](): void {
    if (this.#finished) return;
    this.#close();
    rmSync(this.#partial, { force: true });
  }

  #close(): void {
    closeSync(this.#output);
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
  }

  #copy(segment: number, offset: number, length: number): void {
    const descriptor = this.#segment(segment);
    for (let done = 0; done < length; ) {
      if (this.#used === bufferLength) this.#flush();
      const wanted = Math.min(length - done, bufferLength - this.#used);
      const read = readSync(descriptor, this.#buffer, this.#used, wanted, offset + done);
      if (read === 0) throw new Error(`segment ${segment} ends at ${offset + done}, before the rows that the ledger names`);
      this.#used += read;
      done += read;
    }
  }

  #segment(id: number): number {
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    if (this.#open.size >= 256) {
      for (const descriptor of this.#open.values()) closeSync(descriptor);
      this.#open.clear();
    }
    const descriptor = openSync(this.#segments(id), 'r');
    this.#open.set(id, descriptor);
    return descriptor;
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
