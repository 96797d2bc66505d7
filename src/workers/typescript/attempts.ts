/** Runs attempts: loads the items, calls `run`, takes its rows. Nothing is awaited where the script is synchronous. */
import { setImmediate } from 'node:timers/promises';
import type { Reader } from '../../data/types.ts';
import type { Phase } from '../protocol/messages.ts';
import type { Task } from '../protocol/wire.ts';
import { AttemptError } from './attempt-error.ts';
import { runContext } from './context.ts';
import type { EntryFunctions } from './entry.ts';
import { scriptError } from './errors.ts';
import type { Fetched, Loaded } from './input.ts';
import type { MarkerWriter } from './marker.ts';
import type { Output } from './output.ts';
import type { AttemptReports } from './reports.ts';
import { isAsyncIterable, isThenable, returnedRows } from './returned.ts';

interface Attempt {
  readonly task: Task;
  /** Epoch milliseconds. */
  readonly started: number;
  /** `performance.now()` at its start, when its data was there, and when `run` was over. */
  readonly begin: number;
  loaded: number;
  ran: number;
  items: number | null;
}

export interface AttemptSettings {
  readonly readers: readonly Reader[];
  readonly run: EntryFunctions['run'];
  readonly failOnShortReturn: boolean;
}

export class Attempts {
  readonly #settings: AttemptSettings;
  readonly #takesContext: boolean;
  readonly #output: Output;
  readonly #reports: AttemptReports;
  readonly #marker: MarkerWriter;
  #current: Attempt | undefined;

  constructor(settings: AttemptSettings, output: Output, reports: AttemptReports, marker: MarkerWriter) {
    this.#settings = settings;
    this.#takesContext = settings.run.length >= 2;
    this.#output = output;
    this.#reports = reports;
    this.#marker = marker;
  }

  /** Resolves, or returns, when the attempt was reported; never fails. */
  start(task: Task, data: Loaded | Promise<Fetched>): undefined | Promise<void> {
    const begin = performance.now();
    const attempt: Attempt = { task, started: Date.now(), begin, loaded: 0, ran: 0, items: null };
    this.#current = attempt;
    if (!isThenable(data)) return this.#run(attempt, data);
    this.#mark('loading', attempt);
    return this.#runWhenLoaded(attempt, data);
  }

  /** Something outside the flow of `run` went wrong while an attempt was under way. False: none was. */
  failCurrent(thrown: unknown): boolean {
    if (this.#current === undefined) return false;
    this.#failed(this.#current, thrown);
    return true;
  }

  async #runWhenLoaded(attempt: Attempt, data: Promise<Fetched>): Promise<void> {
    let loaded: Loaded;
    try {
      const take = await data;
      // A turn of the event loop: an order to fetch the next data, if it is there, starts before a synchronous run blocks it.
      await setImmediate();
      loaded = await take();
    } catch (error) {
      this.#failed(attempt, error);
      return;
    }
    await this.#run(attempt, loaded);
  }

  #run(attempt: Attempt, data: Loaded): undefined | Promise<void> {
    attempt.items = data.items;
    attempt.loaded = performance.now();
    this.#mark('running', attempt);
    try {
      const { run, readers } = this.#settings;
      const returned = this.#takesContext ? run(data.miniBatch, runContext(attempt.task, readers)) : run(data.miniBatch);
      if (isThenable(returned)) return this.#takeLater(attempt, returned);
      const rows = returnedRows(returned);
      if (isAsyncIterable(rows)) return this.#takeLater(attempt, rows);
      this.#take(attempt, rows);
    } catch (error) {
      this.#failed(attempt, error);
    }
    return undefined;
  }

  async #takeLater(attempt: Attempt, returned: PromiseLike<unknown> | AsyncIterable<unknown>): Promise<void> {
    try {
      const rows = returnedRows(await returned);
      if (!isAsyncIterable(rows)) {
        this.#take(attempt, rows);
        return;
      }
      this.#output.begin();
      let count = 0;
      for await (const row of rows) this.#output.add(row, count++);
      attempt.ran = performance.now();
      this.#done(attempt, count);
    } catch (error) {
      this.#failed(attempt, error);
    }
  }

  #take(attempt: Attempt, rows: Iterable<unknown>): void {
    attempt.ran = performance.now();
    this.#output.begin();
    let count = 0;
    for (const row of rows) this.#output.add(row, count++);
    // A generator's work is done while it is drained.
    if (!Array.isArray(rows)) attempt.ran = performance.now();
    this.#done(attempt, count);
  }

  #done(attempt: Attempt, returned: number): void {
    const { task, items, started, begin, loaded, ran } = attempt;
    const count = items ?? 0;
    if (this.#settings.failOnShortReturn && returned < count) {
      throw new AttemptError('ShortReturn', 'return', `run returned ${returned} rows for ${count} items, and fail_on_short_return is set`);
    }
    const { offset, length, crc } = this.#output.end();
    this.#current = undefined;
    const rows = { returned, offset, length, crc };
    const times = { started, loadMs: micro(loaded - begin), runMs: micro(ran - loaded) };
    this.#reports.done({ index: task.index, attempt: task.attempt, items: count, ...rows, ...times }, ran);
  }

  #failed(attempt: Attempt, thrown: unknown): void {
    const now = performance.now();
    const { task, items, started, begin, loaded, ran } = attempt;
    const wasLoaded = items !== null;
    this.#current = undefined;
    this.#reports.failed({
      index: task.index,
      attempt: task.attempt,
      items,
      phase: thrown instanceof AttemptError ? thrown.phase : wasLoaded ? 'run' : 'load',
      error: scriptError(thrown),
      started,
      loadMs: micro((wasLoaded ? loaded : now) - begin),
      runMs: wasLoaded ? micro((ran || now) - loaded) : 0,
    });
  }

  #mark(phase: Phase, attempt: Attempt): void {
    this.#marker.write(phase, attempt.task.index, attempt.task.attempt);
  }
}

/** Milliseconds to the microsecond: a dozen digits of noise would only make reports longer. */
function micro(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
