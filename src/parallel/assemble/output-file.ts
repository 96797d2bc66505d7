/** The append_row output of a step: what its rows have in common, and the assembler that follows the finished prefix. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FarRows } from '../../data/upload/far-rows.ts';
import { UploadError } from '../../data/upload/upload-error.ts';
import { RequestError } from '../../errors/types.ts';
import { renameDurably } from '../../os/files.ts';
import type { SegmentStore } from '../../workers/compute.ts';
import type { AppendRowSettings } from '../../workers/protocol/messages.ts';
import { joinedColumns, parquetColumnsIn } from '../../workers/protocol/parquet-columns.ts';
import type { MiniBatches } from '../record/mini-batches.ts';
import { findFact, readFact, removeFact, type StateFiles, writeFact } from '../record/state-files.ts';
import { Assembler } from './assembler.ts';
import { spillOf, writeParquet } from './parquet-file.ts';
import { FileSink, partialName, type Sink } from './sink.ts';

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

export interface OutputTarget {
  readonly file: string;
  /** Rows go there instead, unless they become a file of a kind that must be made here. */
  readonly far?: FarRows;
}

export class OutputFile {
  readonly #path: string;
  readonly #far: FarRows | undefined;
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
  /** What has gone up is for a later try. */
  #keeps = false;

  /** @throws RequestError when the first line, or the columns, of rows that are there are not known any more */
  constructor(
    { file, far }: OutputTarget,
    form: AppendRowSettings['form'],
    state: StateFiles,
    { segments, miniBatches, rows, isNew }: RowsSource,
  ) {
    this.#path = file;
    this.#isParquet = form === 'parquet';
    this.#far = this.#isParquet ? undefined : far;
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
          // Tried again when all rows are there: until then the work goes on.
          if (!(cause instanceof UploadError)) onError(cause);
        },
      )
      .finally(() => {
        this.#advancing = undefined;
      });
  }

  /** All `planned` mini-batches are final. */
  async finish(planned: number, sync: boolean): Promise<void> {
    await this.#advancing;
    if (this.#failure !== undefined) await this.#beginAgain(this.#failure.cause);
    try {
      while (await this.#turn(planned));
      await (await this.#open()).finish(sync && !this.#isParquet);
    } catch (error) {
      this.#keeps = error instanceof UploadError;
      throw error;
    }
    if (this.#isParquet) await this.#makeParquet(sync);
  }

  /** What has gone up is not sent again. */
  async #beginAgain(cause: unknown): Promise<void> {
    if (!(cause instanceof UploadError)) throw cause;
    this.#failure = undefined;
    await this.#assembler?.close(true);
    this.#assembler = undefined;
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
    await this.#assembler?.close(this.#keeps || this.#failure?.cause instanceof UploadError);
    // Also what an earlier life left, that was killed.
    for (const left of [partialName(this.#path), this.#state.rows, partialName(this.#state.rows)]) rmSync(left, { force: true });
    rmSync(spillOf(partialName(this.#path)), { recursive: true, force: true });
  }

  async #turn(planned: number): Promise<boolean> {
    return (await this.#open()).advance(planned, turnBytes);
  }

  async #open(): Promise<Assembler> {
    if (this.#isStale) {
      this.#isStale = false;
      await this.#assembler?.close(true);
      this.#assembler = undefined;
    }
    this.#assembler ??= new Assembler(await this.#sink(), readFact(this.#state, 'header'), this.#segments, this.#miniBatches);
    return this.#assembler;
  }

  async #sink(): Promise<Sink> {
    if (this.#far === undefined) return new FileSink(this.#isParquet ? this.#state.rows : this.#path);
    const { ObjectSink } = await import('./object-sink.ts');
    return new ObjectSink(this.#far);
  }
}
