/** Keeps what a worker prints from filling the disk: of a log that grows over its limit, the head and the tail are kept. */
import { appendFileSync, closeSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { RequestError } from '../../errors/types.ts';
import { parseByteSize } from '../../os/byte-size.ts';
import { cutLine, type PrintStream } from '../protocol/printed.ts';

export const logLimitVariable = 'PARALLELRUN_LOG_LIMIT';

/** Bytes. */
const defaultLimit = 100 * 1024 ** 2;
const leastLimit = 1024;
const everyMs = 1000;
const chunkBytes = 1024 * 1024;
/** A line is looked for so far from where a log is cut. */
const lineWithin = 64 * 1024;
const newline = 10;

/** What one worker prints into. */
export interface PrintLogs {
  /** Its process group; undefined when it is not there. */
  readonly pid: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The log of its mini-batches, which says what was cut. */
  readonly tasks: string;
}

/**
 * `100mb`, `2 GB`, `500000` (bytes), `none`. Default: 100 MB; of 1024² bytes.
 * @throws RequestError (`bad-log-limit`)
 */
export function parseLogLimit(text: string | undefined): number {
  if (text === undefined || text === '') return defaultLimit;
  if (text === 'none') return Number.POSITIVE_INFINITY;
  const bytes = parseByteSize(text) ?? 0;
  if (bytes >= leastLimit) return bytes;
  throw new RequestError({
    code: 'bad-log-limit',
    message: `${logLimitVariable} is ${JSON.stringify(text)}: expected a size such as 100mb, at least 1kb, or none.`,
  });
}

export class LogLimit {
  readonly #limit: number;
  readonly #logs: () => readonly PrintLogs[];
  readonly #tell: (message: string) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  #told = false;

  /**
   * @param limit bytes of one log file
   * @param tell is told once, of the first log that is cut
   */
  constructor(limit: number, logs: () => readonly PrintLogs[], tell: (message: string) => void) {
    this.#limit = limit;
    this.#logs = logs;
    this.#tell = tell;
    if (Number.isFinite(limit)) this.#timer = setInterval(() => this.look(), everyMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.look();
  }

  look(): void {
    for (const logs of this.#logs()) {
      for (const stream of ['stdout', 'stderr'] as const) {
        const file = logs[stream];
        if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= this.#limit) continue;
        try {
          this.#cut(file, stream, logs);
        } catch {
          // It stays as long as it is: a log must not stop the step.
          continue;
        }
        if (this.#told) continue;
        this.#told = true;
        this.#tell(
          `${file} is longer than ${this.#limit} bytes: of what this worker prints, the beginning and the end are kept (${logLimitVariable} sets another limit).`,
        );
      }
    }
  }

  /** The worker stands still meanwhile: what it wrote between reading and writing would be lost. */
  #cut(file: string, stream: PrintStream, { pid, tasks }: PrintLogs): void {
    signal(pid, 'SIGSTOP');
    try {
      const descriptor = openSync(file, 'r+');
      try {
        const { from, to, became } = cut(descriptor, this.#limit);
        appendFileSync(tasks, `${new Date().toISOString()} ${cutLine(stream, from, to, became)}\n`);
      } finally {
        closeSync(descriptor);
      }
    } finally {
      signal(pid, 'SIGCONT');
    }
  }
}

/** Half of the limit stays from the beginning and a quarter from the end, whole lines where there are any. */
function cut(descriptor: number, limit: number) {
  const { size } = fstatSync(descriptor);
  const from = lineEndBefore(descriptor, Math.floor(limit / 2));
  const to = lineStartAfter(descriptor, size - Math.floor(limit / 4), size);
  const earlier = /^\[(\d+) bytes left out/.exec(textAt(descriptor, from, 64))?.[1];
  const note = (bytes: number) => Buffer.from(`[${bytes} bytes left out here: the log is longer than ${limit} bytes]\n`);
  // A note of an earlier cut is itself among what is left out now.
  const before = earlier === undefined ? 0 : Number(earlier) - note(Number(earlier)).length;
  const text = note(before + to - from);
  writeSync(descriptor, text, 0, text.length, from);
  const became = from + text.length;
  ftruncateSync(descriptor, became + move(descriptor, to, size, became));
  return { from, to, became };
}

/** Returns how many bytes were moved. */
function move(descriptor: number, start: number, end: number, target: number): number {
  const chunk = Buffer.alloc(chunkBytes);
  let moved = 0;
  while (start + moved < end) {
    const length = readSync(descriptor, chunk, 0, Math.min(chunkBytes, end - start - moved), start + moved);
    if (length === 0) break;
    writeSync(descriptor, chunk, 0, length, target + moved);
    moved += length;
  }
  return moved;
}

function lineEndBefore(descriptor: number, at: number): number {
  const begin = Math.max(0, at - lineWithin);
  const end = bytesAt(descriptor, begin, at - begin).lastIndexOf(newline);
  return end === -1 ? at : begin + end + 1;
}

function lineStartAfter(descriptor: number, at: number, size: number): number {
  const end = bytesAt(descriptor, at, Math.min(lineWithin, size - at)).indexOf(newline);
  return end === -1 || at + end + 1 === size ? at : at + end + 1;
}

function bytesAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
}

function textAt(descriptor: number, position: number, length: number): string {
  return bytesAt(descriptor, position, length).toString('latin1');
}

function signal(pid: number | undefined, name: 'SIGSTOP' | 'SIGCONT'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // Gone: nobody writes.
  }
}
