/**
 * The manifest: what the planner cut, one descriptor a line, in input order; the line number is the mini-batch's index.
 * It is written as fast as planning goes, and the dispatcher reads behind it, a piece at a time: what was written a moment ago is in the
 * system's cache, so that memory stays the same for a thousand and for ten million mini-batches, however far behind the dispatcher is.
 */
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { PlannedMiniBatch } from '../../data/types.ts';
import { RequestError } from '../../errors/types.ts';

const readLength = 1 << 18;
const newline = 10;

/** The text of one descriptor (`Descriptor` of the worker protocol). */
export function encodeDescriptor(miniBatch: PlannedMiniBatch): string {
  const slice = JSON.stringify(miniBatch.slice.kind === 'files' ? miniBatch.slice.paths : miniBatch.slice);
  return miniBatch.partition === undefined
    ? `[${miniBatch.reader},${slice}]`
    : `[${miniBatch.reader},${slice},${JSON.stringify(miniBatch.partition)}]`;
}

/** What an earlier, interrupted planning had written: the new one must begin with the same bytes. */
export interface ManifestPrefix {
  readonly length: number;
  readonly crc: number;
}

export class Manifest {
  readonly #descriptor: number;
  readonly #prefix: ManifestPrefix | undefined;
  #prefixCrc = 0;
  #written = 0;
  #count = 0;
  /** What is being read: from `#at` to `#end` lie descriptors that were not given out, behind them the file goes on at `#position`. */
  #piece = Buffer.alloc(readLength);
  #at = 0;
  #end = 0;
  #position = 0;
  #next = 0;
  /** Used again and again: a fresh buffer for each of thousands of chunks would wait for the garbage collector outside its heap. */
  #scratch = Buffer.alloc(1 << 17);

  private constructor(descriptor: number, prefix: ManifestPrefix | undefined) {
    this.#descriptor = descriptor;
    this.#prefix = prefix;
  }

  /** An empty manifest. @param prefix of an earlier planning of the same step, which this one must repeat. */
  static begin(path: string, prefix?: ManifestPrefix): Manifest {
    return new Manifest(openSync(path, 'w+'), prefix);
  }

  /** A manifest that an earlier life of the step has completed. */
  static complete(path: string): Manifest {
    const { length, count } = readManifest(path, () => undefined);
    const manifest = new Manifest(openSync(path, 'r'), undefined);
    manifest.#written = length;
    manifest.#count = count;
    return manifest;
  }

  /** Mini-batches written so far. */
  get count(): number {
    return this.#count;
  }

  /** Mini-batches that `take` has not given out yet. */
  get waiting(): number {
    return this.#count - this.#next;
  }

  append(chunk: readonly PlannedMiniBatch[]): void {
    const bytes = this.#encode(chunk.map((miniBatch) => `${encodeDescriptor(miniBatch)}\n`).join(''));
    this.#verify(bytes);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#written + done);
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

  sync(): void {
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
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
    const read = readSync(this.#descriptor, piece, rest.length, room, this.#position);
    if (read === 0) throw new Error('the manifest ended in the middle of a line');
    this.#position += read;
    this.#end = rest.length + read;
  }

  #verify(bytes: Buffer): void {
    const prefix = this.#prefix;
    if (prefix === undefined || this.#written >= prefix.length) return;
    const part = bytes.subarray(0, prefix.length - this.#written);
    this.#prefixCrc = crc32(part, this.#prefixCrc);
    if (this.#written + part.length === prefix.length && this.#prefixCrc !== prefix.crc) throw inputChanged();
  }

  /** To be called when planning is finished: an input that became shorter is a change, too. */
  verifyComplete(): void {
    if (this.#prefix !== undefined && this.#written < this.#prefix.length) throw inputChanged();
  }
}

function inputChanged(): RequestError {
  return new RequestError({
    code: 'input-changed',
    message: 'The input is no longer what it was when this job began: it is cut into other mini-batches now.',
    hint: 'Run it as a new job, or bring the input back and resume again.',
  });
}

/** Reads a finished or torn manifest line by line; `line` may return false to stop. Returns the bytes and checksum of its whole lines. */
export function readManifest(
  path: string,
  line: (text: string, index: number) => boolean | undefined,
): ManifestPrefix & { readonly count: number } {
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
