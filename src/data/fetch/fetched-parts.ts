import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataStore, StoreError } from '../stores/store.ts';
import type { FilePart } from '../types.ts';
import { Turns } from './turns.ts';

/** One version of a file in a store. */
export interface FarFile {
  readonly store: DataStore;
  readonly path: string;
  readonly version?: string;
}

/** A file on this machine's disk, until it is given back. */
export interface HeldPart {
  readonly path: string;
  release(): void;
}

/** Where a part of a file lies on this machine's disk. @param path in the store */
export type HoldPart = (path: string, part: FilePart, version: string | undefined) => Promise<HeldPart>;

interface Part {
  readonly path: string;
  readonly bytes: number;
  readonly there: Promise<void>;
  holders: number;
}

/** Pieces of files that are fetched at the same time, and how large they are: what is held in memory on the way. */
const atOnce = 8;
const pieceLength = 8 * 1024 ** 2;
/** Bytes of tails that are remembered. */
const tailSpace = 64 * 1024 ** 2;

/**
 * Parts of files on this machine's disk. Each is a file as long as the whole one, with holes where the rest would be: readers find everything in its place.
 * Whoever asks for one that is there shares it. All together take about `space` bytes and what is in use: those that nobody has used for longest go first.
 */
export class FetchedParts {
  readonly #folder: string;
  readonly #space: number;
  /** The most recently used last. */
  readonly #parts = new Map<string, Part>();
  readonly #tails = new Map<string, Promise<Buffer>>();
  readonly #turns = new Turns(atOnce);
  readonly #stop = new AbortController();
  #bytes = 0;
  #tailBytes = 0;
  #made = 0;

  constructor(folder: string, space: number) {
    this.#folder = folder;
    this.#space = space;
  }

  /** Rejects with a StoreError, whose message does not name the file. */
  async hold(file: FarFile, part: FilePart): Promise<HeldPart> {
    const key = JSON.stringify([file.store.place, file.path, file.version, part]);
    const held = this.#parts.get(key) ?? this.#begin(key, file, part);
    this.#parts.delete(key);
    this.#parts.set(key, held);
    held.holders += 1;
    try {
      await held.there;
    } catch (error) {
      held.holders -= 1;
      throw error;
    }
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      held.holders -= 1;
      this.#makeRoom();
    };
    return { path: held.path, release };
  }

  /** The bytes of a file from `tail` on were read already. */
  know(file: FarFile, tail: number, bytes: Buffer): void {
    this.#keepTail(tailKey(file, tail), Promise.resolve(bytes), bytes.length);
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('nobody needs it any more'));
    await Promise.allSettled([...this.#parts.values()].map(({ there }) => there));
    await rm(this.#folder, { recursive: true, force: true });
  }

  #begin(key: string, file: FarFile, part: FilePart): Part {
    this.#made += 1;
    const path = join(this.#folder, `${this.#made}.part`);
    const bytes = part.ranges.reduce((sum, [start, end]) => sum + end - start, part.size - part.tail);
    this.#bytes += bytes;
    this.#makeRoom();
    const there = this.#fetch(file, part, path).catch((error) => {
      this.#drop(key);
      throw error;
    });
    const begun = { path, bytes, there, holders: 0 };
    this.#parts.set(key, begun);
    return begun;
  }

  #makeRoom(): void {
    for (const [key, { holders }] of this.#parts) {
      if (this.#bytes <= this.#space) return;
      if (holders === 0) this.#drop(key);
    }
  }

  #drop(key: string): void {
    const part = this.#parts.get(key);
    if (part === undefined) return;
    this.#parts.delete(key);
    this.#bytes -= part.bytes;
    void rm(part.path, { force: true });
  }

  async #fetch(file: FarFile, { size, tail, ranges }: FilePart, path: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const handle = await open(path, 'wx');
    try {
      await handle.truncate(size);
      const bytes = await this.#tail(file, tail, size);
      const work = [handle.write(bytes, 0, bytes.length, tail), ...pieces(ranges).map((piece) => this.#copy(file, piece, handle))];
      const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    } finally {
      await handle.close();
    }
  }

  async #copy(file: FarFile, [start, end]: Range, into: FileHandle): Promise<void> {
    const bytes = await this.#read(file, start, end);
    await into.write(bytes, 0, bytes.length, start);
  }

  #tail(file: FarFile, tail: number, size: number): Promise<Buffer> {
    const key = tailKey(file, tail);
    const known = this.#tails.get(key);
    if (known !== undefined) return known;
    const bytes = this.#read(file, tail, size);
    this.#keepTail(key, bytes, size - tail);
    bytes.catch(() => this.#tails.delete(key));
    return bytes;
  }

  #keepTail(key: string, bytes: Promise<Buffer>, length: number): void {
    if (this.#tailBytes + length > tailSpace) {
      this.#tails.clear();
      this.#tailBytes = 0;
    }
    this.#tails.set(key, bytes);
    this.#tailBytes += length;
  }

  async #read({ store, path, version }: FarFile, start: number, end: number): Promise<Buffer> {
    const { signal } = this.#stop;
    await this.#turns.take();
    try {
      signal.throwIfAborted();
      const bytes = await store.read(path, start, end, { signal, ...(version !== undefined && { version }) });
      if (bytes.length === end - start) return bytes;
      throw new StoreError('changed', `it ends before byte ${end}, which it had when it was planned. Did the file change?`);
    } finally {
      this.#turns.give();
    }
  }
}

type Range = FilePart['ranges'][number];

function tailKey({ store, path, version }: FarFile, tail: number): string {
  return JSON.stringify([store.place, path, version, tail]);
}

function pieces(ranges: readonly Range[]): readonly Range[] {
  return ranges.flatMap(([start, end]) =>
    Array.from({ length: Math.ceil((end - start) / pieceLength) }, (_, index): Range => {
      const from = start + index * pieceLength;
      return [from, Math.min(end, from + pieceLength)];
    }),
  );
}
