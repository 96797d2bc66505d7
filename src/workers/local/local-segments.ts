/** Segments as files of one folder, `<number>.seg`. For one reader: what it reads is not closed under it. */
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { isErrno } from '../../errors/thrown.ts';
import { sync } from '../../os/files.ts';
import { LostRows, type Rows, type SegmentStore } from '../compute.ts';

/** Workers that die leave a segment each: more of them than a process may hold open. */
const mostOpen = 128;
const checkedAtOnce = 1 << 20;

/** @param folder of the segments */
export function agreementsOf(folder: string): string {
  return join(folder, 'agreements');
}

export class LocalSegments implements SegmentStore {
  readonly #folder: string;
  #next: number;
  /** Least recently used first. */
  readonly #open = new Map<number, Promise<FileHandle>>();

  /** @param folder is there */
  constructor(folder: string) {
    this.#folder = folder;
    this.#next = readdirSync(folder).reduce((next, name) => Math.max(next, (Number.parseInt(name, 10) || 0) + 1), 1);
  }

  /** Its file is there at once: who comes after a life of the step whose last workers still run must not take their numbers. */
  allot(): number {
    const number = this.#next;
    this.#next += 1;
    closeSync(openSync(this.path(number), 'a'));
    return number;
  }

  path(segment: number): string {
    return join(this.#folder, `${segment}.seg`);
  }

  /** Where the workers agree on what their rows have in common. */
  get agreements(): string {
    return agreementsOf(this.#folder);
  }

  forget(): void {
    rmSync(this.agreements, { recursive: true, force: true });
  }

  async intact({ segment, offset, length, crc }: Rows): Promise<boolean> {
    const file = await this.#file(segment).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    });
    if (file === undefined) return false;
    const bytes = Buffer.alloc(Math.min(length, checkedAtOnce));
    let found = 0;
    for (let done = 0; done < length; ) {
      const { bytesRead } = await file.read(bytes, 0, Math.min(bytes.length, length - done), offset + done);
      if (bytesRead === 0) return false;
      found = crc32(bytes.subarray(0, bytesRead), found);
      done += bytesRead;
    }
    return found === crc;
  }

  async read(segment: number, offset: number, target: Uint8Array): Promise<void> {
    const file = await this.#file(segment).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) throw new LostRows(`${this.path(segment)} is gone`);
      throw error;
    });
    for (let done = 0; done < target.length; ) {
      const { bytesRead } = await file.read(target, done, target.length - done, offset + done);
      if (bytesRead === 0) throw new LostRows(`${this.path(segment)} ends at ${offset + done}, before rows that the ledger names`);
      done += bytesRead;
    }
  }

  async sync(segments: Iterable<number>): Promise<void> {
    for (const segment of segments) {
      const file = await open(this.path(segment), 'r');
      await file.datasync().finally(() => file.close());
    }
    // Their names too.
    sync(this.#folder);
  }

  clear(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    const files = [...this.#open.values()];
    this.#open.clear();
    for (const file of files) await (await file).close();
  }

  async #file(segment: number): Promise<FileHandle> {
    const known = this.#open.get(segment);
    if (known !== undefined) {
      this.#open.delete(segment);
      this.#open.set(segment, known);
      return known;
    }
    const [oldest] = this.#open;
    if (oldest !== undefined && this.#open.size >= mostOpen) {
      this.#open.delete(oldest[0]);
      await (await oldest[1]).close();
    }
    const file = open(this.path(segment), 'r');
    this.#open.set(segment, file);
    file.catch(() => this.#open.delete(segment));
    return file;
  }
}
