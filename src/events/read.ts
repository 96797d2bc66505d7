/** Readers of an event log: the whole of it, or live. They share nothing with the writer but the file. */
import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isErrno } from '../errors/thrown.ts';
import { isFinal } from './fold.ts';
import type { JobEvent } from './types.ts';

export interface ReadOptions {
  /** Number of the first event wanted. Default 1. */
  readonly from?: number;
}

export interface FollowOptions extends ReadOptions {
  readonly signal?: AbortSignal;
  /** Asked while there is nothing to read: false when the coordinator is gone and no event will come. Default: always true. */
  readonly alive?: () => boolean;
}

const pollMs = 250;
const chunkBytes = 1024 * 1024;

/** The events that the log holds now, in order; none when there is no log. A line that is still being written is not read. */
export async function* readEvents(path: string, options: ReadOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
  const log = new Lines(path, options.from ?? 1);
  try {
    yield* log.next();
  } finally {
    await log.close();
  }
}

/**
 * The events from a number on, then those that come, until the job has ended (a final `job_status` with nothing behind it),
 * its coordinator is gone, or the signal is given. Waits for a log that is not there yet.
 */
export async function* followEvents(path: string, options: FollowOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
  const log = new Lines(path, options.from ?? 1);
  const changes = new Changes(path, options.signal);
  const stopped = () => options.signal?.aborted === true;
  let ended = false;
  try {
    while (!stopped()) {
      // Asked before reading: what a coordinator wrote just before it died is still read.
      const alive = options.alive?.() ?? true;
      for await (const event of log.next()) {
        if (event.type === 'job_status') ended = isFinal(event.status);
        yield event;
        if (stopped()) return;
      }
      if (ended || !alive) return;
      await changes.wait();
    }
  } finally {
    changes.close();
    await log.close();
  }
}

/** Whole lines from a growing file; stands at the start of the first line not yet read, as its tail may be cut and rewritten. */
class Lines {
  readonly #path: string;
  readonly #from: number;
  #file: FileHandle | undefined;
  #offset = 0;

  constructor(path: string, from: number) {
    this.#path = path;
    this.#from = from;
  }

  async *next(): AsyncGenerator<JobEvent, void, undefined> {
    this.#file ??= await openIfThere(this.#path);
    if (this.#file === undefined) return;
    let bytes = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const { bytesRead } = await this.#file.read(bytes, 0, bytes.length, this.#offset);
      const end = bytes.subarray(0, bytesRead).lastIndexOf(10) + 1;
      if (end === 0 && bytesRead < bytes.length) return;
      if (end === 0) {
        bytes = Buffer.allocUnsafe(bytes.length * 4);
        continue;
      }
      let read = 0;
      for (let begin = 0; begin < end; ) {
        const stop = bytes.indexOf(10, begin) + 1;
        const event = parse(bytes.toString('utf8', begin, stop));
        begin = stop;
        // One at the end may be in the middle of being written over; one with a whole event behind it is damaged, and passed over.
        if (event === undefined) continue;
        this.#offset += stop - read;
        read = stop;
        if (event.n >= this.#from) yield event;
      }
      if (read > 0) continue;
      if (bytesRead < bytes.length) return;
      this.#offset += end;
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Undefined for a line that is no event. */
function parse(text: string): JobEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isEvent = typeof value === 'object' && value !== null && 'n' in value && 'type' in value && typeof value.n === 'number';
    return isEvent ? (value as JobEvent) : undefined;
  } catch {
    return undefined;
  }
}

/** Says when a file may have grown: told by the system where it can, and looked at now and then where it cannot (network folders). */
class Changes {
  readonly #path: string;
  readonly #signal: AbortSignal | undefined;
  #watcher: FSWatcher | undefined;
  #changed = false;
  #wake: (() => void) | undefined;
  readonly #notify = (): void => {
    this.#changed = true;
    this.#wake?.();
  };

  constructor(path: string, signal: AbortSignal | undefined) {
    this.#path = path;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#notify);
  }

  async wait(): Promise<void> {
    this.#watch();
    if (!this.#changed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, pollMs);
      await promise;
      clearTimeout(timer);
      this.#wake = undefined;
    }
    this.#changed = false;
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#notify);
    this.#watcher?.close();
  }

  #watch(): void {
    if (this.#watcher !== undefined) return;
    try {
      this.#watcher = watch(this.#path, this.#notify);
      this.#watcher.on('error', () => this.#watcher?.close());
      // It may have grown before it was watched.
      this.#changed = true;
    } catch {
      // Not there yet, or no watches left: the poll alone serves.
    }
  }
}
