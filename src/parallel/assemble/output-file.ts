/** The append_row output of a step: what its rows have in common, and the assembler that follows the finished prefix. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { renameDurably } from '../../os/files.ts';
import type { SegmentStore } from '../../workers/compute.ts';
import type { AppendRowSettings } from '../../workers/protocol/messages.ts';
import { joinedColumns, parquetColumnsIn } from '../../workers/protocol/parquet-columns.ts';
import type { MiniBatches } from '../record/mini-batches.ts';
import { findFact, readFact, removeFact, type StateFiles, writeFact } from '../record/state-files.ts';
import { Assembler, partialName } from './assembler.ts';
import { spillOf, writeParquet } from './parquet-file.ts';

/** Copied at most before others have their turn. */
const turnBytes = 4 << 20;

export interface RowsSource {
  readonly segments: SegmentStore;
  readonly miniBatches: MiniBatches;
  /** How many there are so far. */
  readonly rows: () => number;
  /** No mini-batch is done: what an earlier life knew of rows binds nobody. */
  readonly isNew: boolean;
}

export class OutputFile {
  readonly #path: string;
  readonly #state: StateFiles;
  readonly #segments: SegmentStore;
  readonly #miniBatches: MiniBatches;
  readonly #rows: () => number;
  readonly #isParquet: boolean;
  #assembler: Assembler | undefined;
  /** It was begun before the first line was known. */
  #isStale = false;
  #advancing: Promise<void> | undefined;
  /** It stopped in the middle of a range: what is in the file so far cannot be gone on with. */
  #failure: { readonly cause: unknown } | undefined;

  /** @throws RequestError when the first line, or the columns, of rows that are there are not known any more */
  constructor(path: string, form: AppendRowSettings['form'], state: StateFiles, { segments, miniBatches, rows, isNew }: RowsSource) {
    this.#path = path;
    this.#isParquet = form === 'parquet';
    this.#state = state;
    this.#segments = segments;
    this.#miniBatches = miniBatches;
    this.#rows = rows;
    if (isNew) this.#forget();
    const common = findFact(state, this.#isParquet ? 'columns' : 'header');
    if (common.kind !== 'torn') return;
    throw new RequestError({
      code: 'torn-file',
      file: common.file,
      message: `${this.#isParquet ? 'The columns of the output are' : 'The first line of the output is'} lost: ${common.why}.`,
      hint: 'Put it back from a copy, or run the job as a new one.',
    });
  }

  /** What rows of an earlier life had in common, of which none counts. */
  #forget(): void {
    removeFact(this.#state, 'header');
    removeFact(this.#state, 'columns');
    this.#segments.forget();
  }

  /**
   * A worker knows the first line (the columns), and says so before its first rows. The first to say it counts.
   * Returns why the output cannot be one table, if it cannot: rows under another header would stand in the wrong columns.
   */
  header(text: string): string | undefined {
    return this.#isParquet ? this.#columns(text) : this.#firstLine(text);
  }

  #firstLine(text: string): string | undefined {
    const first = readFact(this.#state, 'header');
    if (first === text) return undefined;
    if (first !== undefined) {
      return `The rows of the output have different columns: one worker's are ${first.trimEnd()}, another's ${text.trimEnd()}. Return the same columns from every run().`;
    }
    writeFact(this.#state, 'header', text);
    // What has been copied so far stands without it.
    this.#isStale = this.#assembler !== undefined;
    return undefined;
  }

  #columns(text: string): string | undefined {
    const told = parquetColumnsIn(text);
    const both =
      told === undefined ? 'A worker told of columns that no file can have' : joinedColumns(readFact(this.#state, 'columns'), told);
    if (typeof both === 'string') return `${both}.`;
    writeFact(this.#state, 'columns', both);
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
    this.#open().finish(sync && !this.#isParquet);
    if (this.#isParquet) await this.#makeParquet(sync);
  }

  async #makeParquet(sync: boolean): Promise<void> {
    const { rows } = this.#state;
    const partial = partialName(this.#path);
    mkdirSync(dirname(this.#path), { recursive: true });
    await writeParquet(rows, readFact(this.#state, 'columns'), this.#rows(), partial);
    if (sync) renameDurably(partial, this.#path);
    else renameSync(partial, this.#path);
  }

  async close(): Promise<void> {
    await this.#advancing;
    this.#assembler?.close();
    // Also what an earlier life left, that was killed.
    for (const left of [partialName(this.#path), this.#state.rows, partialName(this.#state.rows)]) rmSync(left, { force: true });
    rmSync(spillOf(partialName(this.#path)), { recursive: true, force: true });
  }

  async #turn(planned: number): Promise<boolean> {
    return this.#open().advance(planned, turnBytes);
  }

  #open(): Assembler {
    if (this.#isStale) {
      this.#assembler?.close();
      this.#assembler = undefined;
      this.#isStale = false;
    }
    const file = this.#isParquet ? this.#state.rows : this.#path;
    this.#assembler ??= new Assembler(file, readFact(this.#state, 'header'), this.#segments, this.#miniBatches);
    return this.#assembler;
  }
}
