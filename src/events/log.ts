/** The event log of a job on disk: one JSON line for each event, written by the coordinator alone. */
import { constants } from 'node:fs';
import { messageOf } from '../errors/thrown.ts';
import { OpenFile } from '../os/open-file.ts';
import type { Emit, EventBody, JobEvent } from './types.ts';

export interface EventLogOptions {
  /** Told of every event as it happens, also while the disk is full. It must not throw. */
  readonly onEvent?: (event: JobEvent) => void;
  /** Where a log that cannot be written is told, once. Default: stderr. */
  readonly warn?: (message: string) => void;
}

export interface EventLog {
  readonly emit: Emit;
  /** Number of the last event that the file held when it was opened; 0 for a new log. */
  readonly resumedAfter: number;
  /** Resolves when everything emitted so far is in the file, or could not be written. Never rejects. */
  flush(): Promise<void>;
  /** Flushes, and what the file holds survives a loss of power. Never rejects. */
  sync(): Promise<void>;
  /** Flushes and lets go of the file; events emitted later are dropped. Never rejects. */
  close(): Promise<void>;
}

/** Events that wait for a disk without space; beyond it samples of progress are given up, oldest first. */
const maxWaiting = 10_000;
const retryAfterMs = 1_000;

type Waiting = { readonly body: EventBody; readonly time: string };

/**
 * Opens a job's log for its coordinator and continues where an earlier one stopped: a line that it could not finish is cut off.
 * Numbers are given when lines are written, so that they have no gaps even where events had to be dropped.
 * Throws only when the file cannot be opened.
 */
export function openEventLog(path: string, options: EventLogOptions = {}): EventLog {
  const warn = options.warn ?? ((message: string) => void process.stderr.write(`${message}\n`));
  const file = new OpenFile(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  const found = findEnd(file);
  if (found.size > found.end) file.truncate(found.end);

  let offset = found.end;
  let lastNumber = found.lastNumber;
  let waiting: Waiting[] = [];
  let inFlight = 0;
  let writing: Promise<void> | undefined;
  let warned = false;
  let blockedUntil = 0;
  let closed = false;

  async function drain(): Promise<void> {
    // One turn of the event loop gathers the events of a burst into one write.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      inFlight = waiting.length;
      const bytes = Buffer.from(waiting.map((event, i) => line(lastNumber + 1 + i, event)).join(''));
      try {
        // A position, not an append: after a write that failed half-way the next try overwrites the torn rest.
        await file.writeLater(bytes, offset);
      } catch (error) {
        inFlight = 0;
        blockedUntil = performance.now() + retryAfterMs;
        if (!warned) warn(`prl: the event log ${path} cannot be written (${messageOf(error)}); the job goes on without it.`);
        warned = true;
        return;
      }
      offset += bytes.length;
      lastNumber += inFlight;
      waiting = waiting.slice(inFlight);
      inFlight = 0;
    }
  }

  function start(): Promise<void> {
    writing ??= drain().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  async function flush(): Promise<void> {
    await writing;
    if (waiting.length > 0) await start();
  }

  return {
    resumedAfter: found.lastNumber,
    emit(body) {
      if (closed) return;
      const event = { body, time: new Date().toISOString() };
      if (waiting.length >= maxWaiting) waiting = makeRoom(waiting, inFlight);
      waiting.push(event);
      options.onEvent?.({ n: lastNumber + waiting.length, time: event.time, ...body });
      if (performance.now() >= blockedUntil) void start();
    },
    flush,
    async sync() {
      await flush();
      // A disk that refuses has the job go on without it, as a write does.
      await file.sync().catch(() => {});
    },
    async close() {
      if (closed) return;
      closed = true;
      await flush();
      file.close();
    },
  };
}

function line(n: number, event: Waiting): string {
  return `${JSON.stringify({ n, time: event.time, ...event.body })}\n`;
}

/** Progress is a sample: any later one says more. Those being written now stay, their numbers are taken. */
function makeRoom(waiting: readonly Waiting[], inFlight: number): Waiting[] {
  const kept = waiting.filter((event, i) => i < inFlight || event.body.type !== 'progress');
  return kept.length < maxWaiting ? kept : [...kept.slice(0, inFlight), ...kept.slice(inFlight + maxWaiting / 2)];
}

/** The end of the last whole event in the file, searched from the back; what follows it is a torn tail. */
function findEnd(file: OpenFile): { readonly end: number; readonly lastNumber: number; readonly size: number } {
  const { size } = file;
  for (let window = 64 * 1024; ; window *= 8) {
    const start = Math.max(0, size - window);
    const tail = readRange(file, start, size);
    let end = tail.lastIndexOf(10) + 1;
    while (end > 0) {
      const begin = end === 1 ? 0 : tail.lastIndexOf(10, end - 2) + 1;
      // A line that begins before this window is judged in a larger one.
      if (begin === 0 && start > 0) break;
      const n = numberOf(tail.toString('utf8', begin, end));
      if (n !== undefined) return { end: start + end, lastNumber: n, size };
      end = begin;
    }
    if (start === 0) return { end: 0, lastNumber: 0, size };
  }
}

function readRange(file: OpenFile, start: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(end - start);
  return bytes.subarray(0, file.read(bytes, 0, bytes.length, start));
}

function numberOf(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('n' in value)) return undefined;
    return typeof value.n === 'number' ? value.n : undefined;
  } catch {
    return undefined;
  }
}
