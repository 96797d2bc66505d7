/** What the scripts of a job print, as they print it. */
import { closeSync, openSync } from 'node:fs';
import type { JobSpec } from '../language/types.ts';
import type { JobLayout } from '../store/layout.ts';
import type { PrintStream } from '../workers/protocol/printed.ts';
import { type LogSource, logSources } from './log-sources.ts';
import { lastLineEnd, linesBetween, type PrintedLine, sizesOf } from './printed-lines.ts';

/** New files and new bytes are looked for so often: logs may lie on network folders, whose changes nobody tells. */
const everyMs = 250;

/**
 * Hands on whole lines, each once, as they come, until it is closed; a line without an end comes with the last look. It neither keeps
 * the process alive nor touches the job.
 */
export class PrintFollower {
  readonly #spec: JobSpec;
  readonly #layout: JobLayout;
  readonly #print: (line: PrintedLine) => void;
  /** By file: how far it has been read. */
  readonly #read: Map<string, number>;
  readonly #timer: NodeJS.Timeout;

  /** @param read how far each file was read before; what is not in it is read from its beginning */
  constructor(spec: JobSpec, layout: JobLayout, print: (line: PrintedLine) => void, read: ReadonlyMap<string, number> = new Map()) {
    this.#spec = spec;
    this.#layout = layout;
    this.#print = print;
    this.#read = new Map(read);
    this.#timer = setInterval(() => this.#look(false), everyMs).unref();
  }

  /** All that was printed until now has been handed on afterwards. */
  close(): void {
    clearInterval(this.#timer);
    this.#look(true);
  }

  #look(isLast: boolean): void {
    for (const source of logSources(this.#spec, this.#layout)) {
      const sizes = sizesOf(source);
      for (const stream of ['stdout', 'stderr'] as const) this.#readOn(source, stream, sizes[stream], isLast);
    }
  }

  #readOn(source: LogSource, stream: PrintStream, size: number, isLast: boolean): void {
    const file = source.files[stream];
    if (file === undefined) return;
    // A log that was cut goes on behind what is left of it.
    const start = Math.min(this.#read.get(file) ?? 0, size);
    const end = isLast ? size : lastLineEnd(file, start, size);
    this.#read.set(file, end);
    if (end === start) return;
    const { step, worker } = source;
    const descriptor = openSync(file, 'r');
    try {
      for (const text of linesBetween(descriptor, start, end)) this.#print({ step, ...(worker !== undefined && { worker, stream }), text });
    } finally {
      closeSync(descriptor);
    }
  }
}
