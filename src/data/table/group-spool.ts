import { writeSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pace } from '../pace.ts';

/** Rows that are held before they are written, and that are put in their places at once. */
const rowsAtOnce = 65_536;
/** Of each row on disk: its group and its length, 32 bits each. */
const wordsPerRow = 2;

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
  readonly #bytes: number[] = [];
  readonly #counts: number[] = [];
  readonly #words = new Uint32Array(rowsAtOnce * wordsPerRow);
  #held = 0;
  #text = '';

  private constructor(directory: string, rows: FileHandle, index: FileHandle) {
    this.#directory = directory;
    this.#rows = rows;
    this.#index = index;
  }

  static async open(directory: string): Promise<GroupSpool> {
    return new GroupSpool(directory, await open(join(directory, 'rows.spool'), 'w+'), await open(join(directory, 'rows.index'), 'w+'));
  }

  /** Groups are numbered from 0 in order of first appearance. True: `flush` before the next row. */
  add(group: number, text: string): boolean {
    const length = Buffer.byteLength(text);
    this.#words[this.#held * wordsPerRow] = group;
    this.#words[this.#held * wordsPerRow + 1] = length;
    this.#held += 1;
    this.#text += text;
    this.#bytes[group] = (this.#bytes[group] ?? 0) + length;
    this.#counts[group] = (this.#counts[group] ?? 0) + 1;
    return this.#held === rowsAtOnce;
  }

  async flush(): Promise<void> {
    if (this.#held === 0) return;
    await this.#rows.appendFile(this.#text);
    await this.#index.appendFile(new Uint8Array(this.#words.buffer, 0, this.#held * wordsPerRow * Uint32Array.BYTES_PER_ELEMENT));
    this.#text = '';
    this.#held = 0;
  }

  /** Writes the rows, group after group, some at a time, and says where each group is. */
  async *gather(file: string, pace: Pace): AsyncGenerator<void, readonly Stretch[]> {
    await this.flush();
    let end = 0;
    const stretches = this.#bytes.map((bytes, group): Stretch => {
      const start = end;
      end += bytes;
      return { start, end, rows: this.#counts[group] ?? 0 };
    });
    const cursors = Float64Array.from(stretches, ({ start }) => start);
    const target = await open(file, 'w');
    try {
      let at = 0;
      for (let row = 0; ; row += rowsAtOnce) {
        const words = await this.#readIndex(row);
        if (words.length === 0) break;
        at = await this.#place(words, at, cursors, target, pace);
        yield;
      }
    } finally {
      await target.close();
    }
    return stretches;
  }

  async #readIndex(row: number): Promise<Uint32Array> {
    const bytes = new Uint8Array(this.#words.buffer);
    const { bytesRead } = await this.#index.read(bytes, 0, bytes.length, row * wordsPerRow * Uint32Array.BYTES_PER_ELEMENT);
    return new Uint32Array(this.#words.buffer, 0, bytesRead / Uint32Array.BYTES_PER_ELEMENT);
  }

  /** Copies the rows of one part of the index; those of the same group are written together. Returns where the next part starts. */
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
      rows.copy(sorted, to, from, from + size);
      places.set(group, to + size);
      from += size;
    }
    let from = 0;
    for (const [group, size] of sizes) {
      // Many small writes: without waiting for each they cost a tenth.
      writeSync(target.fd, sorted, from, size, cursors[group] ?? 0);
      cursors[group] = (cursors[group] ?? 0) + size;
      from += size;
      if (pace.due()) await pace.pause();
    }
    return at + length;
  }

  /** Removes what was put on disk on the way. */
  async close(): Promise<void> {
    await this.#rows.close();
    await this.#index.close();
    await rm(join(this.#directory, 'rows.spool'), { force: true });
    await rm(join(this.#directory, 'rows.index'), { force: true });
  }
}
