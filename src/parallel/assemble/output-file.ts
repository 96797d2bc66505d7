/** The append_row output of a step: its header, and the assembler that follows the finished prefix. */

import type { MiniBatches } from '../record/mini-batches.ts';
import { readFact, type StateFiles, writeFact } from '../record/state-files.ts';
import { Assembler } from './assembler.ts';

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

  /**
   * A worker knows the first line, and says so before its first rows. The first to say it counts.
   * Returns why the output cannot be one table, if it cannot: rows under another header would stand in the wrong columns.
   */
  header(text: string): string | undefined {
    const first = readFact(this.#state, 'header');
    if (first === text) return undefined;
    if (first !== undefined) {
      return `The rows of the output have different columns: one worker's are ${first.trimEnd()}, another's ${text.trimEnd()}. Return the same columns in the same order from every run().`;
    }
    if (this.#assembler !== undefined) {
      return `Rows without columns are in the output already, and now some come with the columns ${text.trimEnd()}. Return the same kind of row from every run().`;
    }
    writeFact(this.#state, 'header', text);
    return undefined;
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
