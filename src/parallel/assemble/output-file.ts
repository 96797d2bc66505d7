/** The append_row output of a step: its header, and the assembler that follows the finished prefix. */
import { rmSync } from 'node:fs';
import { RequestError } from '../../errors/types.ts';
import type { SegmentStore } from '../../workers/compute.ts';
import type { MiniBatches } from '../record/mini-batches.ts';
import { findFact, readFact, type StateFiles, writeFact } from '../record/state-files.ts';
import { Assembler, partialName } from './assembler.ts';

/** Copied at most before others have their turn. */
const turnBytes = 4 << 20;

export class OutputFile {
  readonly #path: string;
  readonly #state: StateFiles;
  readonly #segments: SegmentStore;
  readonly #miniBatches: MiniBatches;
  #assembler: Assembler | undefined;
  #advancing: Promise<void> | undefined;
  /** It stopped in the middle of a range: what is in the file so far cannot be gone on with. */
  #failure: { readonly cause: unknown } | undefined;

  /** @throws RequestError when the first line of rows that are there is not known any more */
  constructor(path: string, state: StateFiles, segments: SegmentStore, miniBatches: MiniBatches) {
    const header = findFact(state, 'header');
    if (header.kind === 'torn') {
      throw new RequestError({
        code: 'torn-file',
        file: header.file,
        message: `The first line of the output is lost: ${header.why}.`,
        hint: 'Put it back from a copy, or run the job as a new one.',
      });
    }

    this.#path = path;
    this.#state = state;
    this.#segments = segments;
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

  /** Starts to take over what has become contiguous of `planned` mini-batches, unless that is under way; never holds the caller up. */
  advance(planned: number, onError: (error: unknown) => void): void {
    if (this.#advancing !== undefined || this.#failure !== undefined) return;
    this.#advancing = this.#turn(planned)
      .then(
        () => {},
        (cause: unknown) => {
          this.#failure = { cause };
          onError(cause);
        },
      )
      .finally(() => {
        this.#advancing = undefined;
      });
  }

  /** All `planned` mini-batches are final. */
  async finish(planned: number, sync: boolean): Promise<void> {
    await this.#advancing;
    if (this.#failure !== undefined) throw this.#failure.cause;
    while (await this.#turn(planned));
    this.#open().finish(sync);
  }

  async close(): Promise<void> {
    await this.#advancing;
    // Without an assembler there may be what one of an earlier life left, that was killed.
    if (this.#assembler === undefined) rmSync(partialName(this.#path), { force: true });
    else this.#assembler.close();
  }

  async #turn(planned: number): Promise<boolean> {
    return this.#open().advance(planned, turnBytes);
  }

  #open(): Assembler {
    this.#assembler ??= new Assembler(this.#path, readFact(this.#state, 'header'), this.#segments, this.#miniBatches);
    return this.#assembler;
  }
}
