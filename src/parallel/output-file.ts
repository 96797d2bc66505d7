/** The append_row output of a step: its header, and the assembler that follows the finished prefix. */
import { Assembler } from './assembler.ts';
import type { MiniBatches } from './mini-batches.ts';
import { readFact, type StateFiles, writeFact } from './state-files.ts';

/** Copied at most in one turn of the event loop. */
const turnBytes = 4 << 20;

export class OutputFile {
  readonly path: string;
  readonly #state: StateFiles;
  readonly #miniBatches: MiniBatches;
  #assembler: Assembler | undefined;

  constructor(path: string, state: StateFiles, miniBatches: MiniBatches) {
    this.path = path;
    this.#state = state;
    this.#miniBatches = miniBatches;
  }

  /** A worker knows the first line. It says so before its first rows; the first to say it counts. */
  header(text: string): void {
    if (readFact(this.#state, 'header') === undefined) writeFact(this.#state, 'header', text);
  }

  /** Takes over what has become contiguous of `planned` mini-batches. */
  advance(planned: number): boolean {
    return this.#open().advance(planned, turnBytes);
  }

  /** All `planned` mini-batches are final. */
  async finish(planned: number, sync: boolean): Promise<void> {
    while (this.advance(planned)) await new Promise(setImmediate);
    this.#open().finish(planned, sync);
  }

  [Symbol.dispose](): void {
    this.#assembler?.[Symbol.dispose]();
  }

  #open(): Assembler {
    if (this.#assembler === undefined) {
      this.#assembler = new Assembler(this.path, this.#state.segment, this.#miniBatches);
      const header = readFact(this.#state, 'header');
      if (header !== undefined) this.#assembler.header(header);
    }
    return this.#assembler;
  }
}
