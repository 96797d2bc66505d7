import { writeSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pace } from '../pace.ts';
import type { RowText } from '../read/frame.ts';

/** Rows that are put in their places at once, as far as they have no more bytes than that; a row that has is alone. */
const rowsAtOnce = 2 ** 18;
const bytesAtOnce = 32 * 1024 ** 2;
/** Of each row on disk: its group and its length, 32 bits each. */
const wordsPerRow = 2;
const bytesPerRow = wordsPerRow * Uint32Array.BYTES_PER_ELEMENT;
/** Rows between two looks at the clock. */
const rowsBetweenPauses = 4096;
/** Bytes below which a loop is quicker than to ask Node. */
const fewBytes = 256;

/** Where the rows of a group ended up. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly rows: number;
}

/**
 * Brings rows of one group together, on disk: rows are written as they come, while the sizes of the groups are counted, and
 * then each is copied to its group's place. Memory does not grow with the rows; within a group they keep their order.
 */
export class GroupSpool {
  readonly #directory: string;
  readonly #rows: FileHandle;
  readonly #index: FileHandle;
  readonly #lineFeed: Buffer;
  readonly #bytes: number[] = [];
  readonly #counts: number[] = [];

  private constructor(directory: string, rows: FileHandle, index: FileHandle, lineFeed: Buffer) {
    this.#directory = directory;
    this.#rows = rows;
    this.#index = index;
    this.#lineFeed = lineFeed;
  }

  /** @param lineFeed what a row ends with; it is added to a last row that has none */
  static async open(directory: string, lineFeed: Buffer): Promise<GroupSpool> {
    const rows = await open(join(directory, 'rows.spool'), 'w+');
    return new GroupSpool(directory, rows, await open(join(directory, 'rows.index'), 'w+'), lineFeed);
  }

  /** @param groups of each row, numbered from 0 in order of first appearance */
  async add({ bytes, starts }: RowText, groups: Uint32Array): Promise<void> {
    if (groups.length === 0) return;
    const isEnded = bytes.subarray(-this.#lineFeed.length).equals(this.#lineFeed);
    const size = bytes.length + (isEnded ? 0 : this.#lineFeed.length);
    const words = new Uint32Array(groups.length * wordsPerRow);
    for (let row = 0; row < groups.length; row += 1) {
      const group = groups[row] ?? 0;
      const length = (row + 1 < groups.length ? (starts[row + 1] ?? 0) : size) - (starts[row] ?? 0);
      words[row * wordsPerRow] = group;
      words[row * wordsPerRow + 1] = length;
      this.#bytes[group] = (this.#bytes[group] ?? 0) + length;
      this.#counts[group] = (this.#counts[group] ?? 0) + 1;
    }
    await this.#rows.appendFile(bytes);
    if (!isEnded) await this.#rows.appendFile(this.#lineFeed);
    await this.#index.appendFile(new Uint8Array(words.buffer));
  }

  /** Writes the rows, group after group, some at a time, and says where each group is. */
  async *gather(file: string, pace: Pace): AsyncGenerator<void, readonly Stretch[]> {
    let end = 0;
    const stretches = this.#bytes.map((bytes, group): Stretch => {
      const start = end;
      end += bytes;
      return { start, end, rows: this.#counts[group] ?? 0 };
    });
    const cursors = Float64Array.from(stretches, ({ start }) => start);
    const target = await open(file, 'w');
    try {
      const index = new Uint32Array(rowsAtOnce * wordsPerRow);
      let at = 0;
      for (let row = 0; ; ) {
        const words = await this.#readIndex(index, row);
        if (words.length === 0) break;
        at += await this.#place(words, at, cursors, target, pace);
        row += words.length / wordsPerRow;
        yield;
      }
    } finally {
      await target.close();
    }
    return stretches;
  }

  /** Of the rows from this one on as many as are placed at once. */
  async #readIndex(index: Uint32Array, row: number): Promise<Uint32Array> {
    const { bytesRead } = await this.#index.read(new Uint8Array(index.buffer), 0, index.byteLength, row * bytesPerRow);
    let count = 0;
    for (let bytes = 0; count < bytesRead / bytesPerRow; count += 1) {
      bytes += index[count * wordsPerRow + 1] ?? 0;
      if (bytes > bytesAtOnce && count > 0) break;
    }
    return index.subarray(0, count * wordsPerRow);
  }

  /** Copies some rows; those of the same group are written together. Gives their bytes. */
  async #place(words: Uint32Array, at: number, cursors: Float64Array, target: FileHandle, pace: Pace): Promise<number> {
    const sizes = new Map<number, number>();
    let length = 0;
    for (let word = 0; word < words.length; word += wordsPerRow) {
      const group = words[word] ?? 0;
      const size = words[word + 1] ?? 0;
      sizes.set(group, (sizes.get(group) ?? 0) + size);
      length += size;
    }
    const rows = Buffer.allocUnsafe(length);
    await this.#rows.read(rows, 0, length, at);
    const sorted = Buffer.allocUnsafe(length);
    const places = new Map<number, number>();
    let next = 0;
    for (const [group, size] of sizes) {
      places.set(group, next);
      next += size;
    }
    for (let word = 0, from = 0; word < words.length; word += wordsPerRow) {
      const group = words[word] ?? 0;
      const size = words[word + 1] ?? 0;
      const to = places.get(group) ?? 0;
      copy(rows, from, sorted, to, size);
      places.set(group, to + size);
      from += size;
      if (word % (rowsBetweenPauses * wordsPerRow) === 0 && pace.due()) await pace.pause();
    }
    let from = 0;
    for (const [group, size] of sizes) {
      // Many small writes: without waiting for each they cost a tenth.
      writeSync(target.fd, sorted, from, size, cursors[group] ?? 0);
      cursors[group] = (cursors[group] ?? 0) + size;
      from += size;
      if (pace.due()) await pace.pause();
    }
    return length;
  }

  /** Removes what was put on disk on the way. */
  async close(): Promise<void> {
    await this.#rows.close();
    await this.#index.close();
    await rm(join(this.#directory, 'rows.spool'), { force: true });
    await rm(join(this.#directory, 'rows.index'), { force: true });
  }
}

function copy(source: Buffer, from: number, target: Buffer, to: number, size: number): void {
  if (size > fewBytes) source.copy(target, to, from, from + size);
  else for (let at = 0; at < size; at += 1) target[to + at] = source[from + at] ?? 0;
}
