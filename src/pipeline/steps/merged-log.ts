/** What several processes print, each into a file of its own, together in one: whole lines, with the name of the process in front. */
import { appendFileSync, closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const everyMs = 200;
const readAtOnce = 64 * 1024;
/** A line that is longer is broken: a progress bar may never end its own. */
const longestLine = 64 * 1024;
const newline = 10;

export interface PrintedBy {
  /** `rank 3` */
  readonly name: string;
  /** Need not be there yet. */
  readonly path: string;
}

export class MergedLog {
  readonly #path: string;
  readonly #sources: readonly Source[];
  readonly #timer: NodeJS.Timeout;

  /** What stands in the files already is of an earlier try, and stays out. */
  constructor(path: string, sources: readonly PrintedBy[]) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, '');
    this.#sources = sources.map((source) => new Source(source));
    this.#timer = setInterval(() => this.#gather(false), everyMs).unref();
  }

  /** All that was printed is in it afterwards. */
  close(): void {
    clearInterval(this.#timer);
    this.#gather(true);
  }

  #gather(isEnd: boolean): void {
    try {
      for (const source of this.#sources) source.read(isEnd, (lines) => appendFileSync(this.#path, lines));
    } catch {
      // On a full disk: the processes' own files have what could be written.
      clearInterval(this.#timer);
    }
  }
}

class Source {
  readonly #path: string;
  readonly #prefix: Buffer;
  #position: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor({ name, path }: PrintedBy) {
    this.#path = path;
    this.#prefix = Buffer.from(`[${name}] `);
    this.#position = sizeOf(path);
  }

  read(isEnd: boolean, write: (lines: Buffer) => void): void {
    if (sizeOf(this.#path) > this.#position) {
      const file = openSync(this.#path, 'r');
      try {
        const chunk = Buffer.alloc(readAtOnce);
        for (let length = readSync(file, chunk, 0, readAtOnce, this.#position); length > 0; ) {
          this.#position += length;
          this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, length)]);
          this.#writeLines(write);
          length = readSync(file, chunk, 0, readAtOnce, this.#position);
        }
      } finally {
        closeSync(file);
      }
    }
    if (!isEnd || this.#rest.length === 0) return;
    write(Buffer.concat([this.#prefix, this.#rest, Buffer.of(newline)]));
    this.#rest = Buffer.alloc(0);
  }

  #writeLines(write: (lines: Buffer) => void): void {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = this.#rest.indexOf(newline); end !== -1; end = this.#rest.indexOf(newline, start)) {
      lines.push(this.#prefix, this.#rest.subarray(start, end + 1));
      start = end + 1;
    }
    if (this.#rest.length - start >= longestLine) {
      lines.push(this.#prefix, this.#rest.subarray(start), Buffer.of(newline));
      start = this.#rest.length;
    }
    this.#rest = this.#rest.subarray(start);
    if (lines.length > 0) write(Buffer.concat(lines));
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
