/** What one source printed so far, line by line. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { type Piece, type PrintStream, piecesOf } from '../workers/protocol/printed.ts';
import type { LogSource } from './log-sources.ts';

export interface PrintedLine {
  readonly step: string;
  readonly worker?: string;
  /** Absent for a command, whose two streams are one. */
  readonly stream?: PrintStream;
  /** Absent for what was printed outside of mini-batches. */
  readonly miniBatch?: number;
  /** Without the character that ends it. */
  readonly text: string;
}

const chunkBytes = 256 * 1024;
/** A line that is longer is broken. */
const longestLine = 1024 * 1024;
const newline = 10;

/** How many bytes each file holds now. A line that is still being written at that moment has no end yet. */
export function sizesOf({ files }: LogSource): Record<PrintStream, number> {
  const size = (file: string | undefined) => (file === undefined ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0));
  return { stdout: size(files.stdout), stderr: size(files.stderr) };
}

/** @param miniBatch only its lines */
export function* printedLines(source: LogSource, sizes = sizesOf(source), miniBatch?: number): Generator<PrintedLine> {
  const { step, worker, files, tasks } = source;
  const pieces = tasks === undefined ? wholeFiles(sizes) : piecesOf(new FileLines(tasks), sizes);
  const open = new Map<PrintStream, number>();
  try {
    for (const { stream, start, end, miniBatch: of } of pieces) {
      if (miniBatch !== undefined && of !== miniBatch) continue;
      const file = files[stream];
      if (file === undefined) continue;
      const descriptor = open.get(stream) ?? openSync(file, 'r');
      open.set(stream, descriptor);
      const about = {
        step,
        ...(worker !== undefined && { worker, stream }),
        ...(of !== undefined && { miniBatch: of }),
      };
      for (const text of linesBetween(descriptor, start, end)) yield { ...about, text };
    }
  } finally {
    for (const descriptor of open.values()) closeSync(descriptor);
  }
}

function* wholeFiles(sizes: Readonly<Record<PrintStream, number>>): Generator<Piece> {
  for (const stream of ['stdout', 'stderr'] as const) if (sizes[stream] > 0) yield { stream, start: 0, end: sizes[stream] };
}

/** The lines of a file, as often as they are iterated. */
class FileLines implements Iterable<string> {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  *[Symbol.iterator](): Generator<string> {
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    if (size === 0) return;
    const descriptor = openSync(this.#path, 'r');
    try {
      yield* linesBetween(descriptor, 0, size);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** The last one too, whether or not it has an end. */
export function* linesBetween(descriptor: number, start: number, end: number): Generator<string> {
  let rest = Buffer.alloc(0);
  for (let at = start; at < end; ) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, end - at));
    const length = readSync(descriptor, chunk, 0, chunk.length, at);
    if (length === 0) break;
    at += length;
    rest = rest.length === 0 ? chunk.subarray(0, length) : Buffer.concat([rest, chunk.subarray(0, length)]);
    let begin = 0;
    for (let stop = rest.indexOf(newline); stop !== -1; stop = rest.indexOf(newline, begin)) {
      yield lineOf(rest.subarray(begin, stop));
      begin = stop + 1;
    }
    rest = rest.subarray(begin);
    if (rest.length >= longestLine) {
      yield lineOf(rest);
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0) yield lineOf(rest);
}

/** Behind the last whole line of a range; where a line is too long for one, the end of the range. */
export function lastLineEnd(file: string, start: number, end: number): number {
  if (start === end) return end;
  const descriptor = openSync(file, 'r');
  try {
    const begin = Math.max(start, end - longestLine);
    const bytes = Buffer.alloc(end - begin);
    const last = bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, begin)).lastIndexOf(newline);
    return last === -1 ? (end - start >= longestLine ? end : start) : begin + last + 1;
  } finally {
    closeSync(descriptor);
  }
}

function lineOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\r$/, '');
}
