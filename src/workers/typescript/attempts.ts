/**
 * Runs attempts: loads the items, calls `run`, takes its rows. Nothing is awaited where the script is synchronous.
 *
 * Each attempt is an asynchronous context (`AsyncLocalStorage`): timers, promises and events that `run` brought about carry it, so that
 * an exception which nobody catches is charged to the mini-batch that it comes from, whichever is at work by then.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { Reader } from '../../data/types.ts';
import { epochNow, monotonicNow } from '../../os/clock.ts';
import type { Failure, Phase } from '../protocol/messages.ts';
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
import { turn } from './turn.ts';

interface Attempt {
  readonly task: Task;
  /** Epoch milliseconds. */
  readonly started: number;
  /** By the monotonic clock: its start, when its data was there, and when `run` was over. */
  readonly begin: number;
  loaded: number;
  ran: number;
  items: number | null;
  /** It has ended, well or not: what of it still goes on changes nothing. */
  isOver: boolean;
  /** Resolves what waits for an asynchronous one. */
  leave?: () => void;
  /** Gives its data back. */
  release?: () => void;
}

export interface AttemptSettings {
  readonly readers: readonly Reader[];
  readonly run: EntryFunctions['run'];
  readonly failOnShortReturn: boolean;
  readonly firstMiniBatch: number;
}

/** `failed`: the mini-batch that it comes from has. `told`: that one counts as done already. `unknown`: it comes from none. */
export type Charge = { readonly kind: 'failed' } | { readonly kind: 'told'; readonly index: number } | { readonly kind: 'unknown' };

const { isArray } = Array;

export class Attempts {
  readonly #settings: AttemptSettings;
  readonly #takesContext: boolean;
  readonly #output: Output;
  readonly #reports: AttemptReports;
  readonly #marker: MarkerWriter;
  readonly #origin = new AsyncLocalStorage<Attempt>();
  #current: Attempt | undefined;

  constructor(settings: AttemptSettings, output: Output, reports: AttemptReports, marker: MarkerWriter) {
    this.#settings = settings;
    this.#takesContext = settings.run.length >= 2;
    this.#output = output;
    this.#reports = reports;
    this.#marker = marker;
  }

  /** Resolves, or returns, when the attempt has ended; never fails. */
  start(task: Task, data: Loaded | Promise<Fetched>): undefined | Promise<void> {
    const begin = monotonicNow();
    const attempt: Attempt = { task, started: epochNow(), begin, loaded: 0, ran: 0, items: null, isOver: false };
    this.#current = attempt;
    if (!isThenable(data)) return this.#run(attempt, data);
    this.#mark('loading', attempt);
    return this.#runWhenLoaded(attempt, data);
  }

  get isAtWork(): boolean {
    return this.#current !== undefined;
  }

  /** Something outside the flow of `run` went wrong while an attempt was under way. False: none was. */
  failCurrent(thrown: unknown): boolean {
    if (this.#current === undefined) return false;
    this.#failed(this.#current, thrown);
    return true;
  }

  /** For an exception that nobody caught, in the asynchronous context in which it was thrown. */
  charge(thrown: unknown): Charge {
    const attempt = this.#origin.getStore();
    if (attempt === undefined) return { kind: 'unknown' };
    if (!attempt.isOver) {
      this.#failed(attempt, thrown);
      return { kind: 'failed' };
    }
    return this.#reports.revoke(failureOf(attempt, thrown)) ? { kind: 'failed' } : { kind: 'told', index: attempt.task.index };
  }

  async #runWhenLoaded(attempt: Attempt, data: Promise<Fetched>): Promise<void> {
    let loaded: Loaded;
    try {
      const fetched = await data;
      if (attempt.isOver) {
        fetched.release();
        return;
      }
      attempt.release = () => fetched.release();
      // A turn of the event loop: an order to fetch the next data, if it is there, starts before a synchronous run blocks it.
      await turn();
      loaded = await fetched.take();
    } catch (error) {
      this.#failed(attempt, error);
      return;
    }
    await this.#run(attempt, loaded);
  }

  #run(attempt: Attempt, data: Loaded): undefined | Promise<void> {
    attempt.items = data.items;
    attempt.loaded = monotonicNow();
    this.#mark('running', attempt);
    return this.#origin.run(attempt, () => this.#call(attempt, data));
  }

  #call(attempt: Attempt, data: Loaded): undefined | Promise<void> {
    try {
      if (data.items === 0 && attempt.task.part !== undefined) {
        // There were fewer items than its halves were made for.
        this.#take(attempt, []);
        return undefined;
      }
      const { run, readers, firstMiniBatch } = this.#settings;
      const { miniBatch, paths } = data;
      const returned = this.#takesContext ? run(miniBatch, runContext(attempt.task, readers, firstMiniBatch, paths)) : run(miniBatch);
      if (isThenable(returned)) return this.#takeLater(attempt, returned);
      const rows = returnedRows(returned);
      if (isAsyncIterable(rows)) return this.#takeLater(attempt, rows);
      this.#take(attempt, rows);
    } catch (error) {
      this.#failed(attempt, error);
    }
    return undefined;
  }

  /** Also over when it fails while it waits, for a promise that may never be settled. */
  #takeLater(attempt: Attempt, returned: PromiseLike<unknown> | AsyncIterable<unknown>): Promise<void> {
    return new Promise((resolve) => {
      attempt.leave = resolve;
      void this.#takeSettled(attempt, returned);
    });
  }

  async #takeSettled(attempt: Attempt, returned: PromiseLike<unknown> | AsyncIterable<unknown>): Promise<void> {
    try {
      const rows = returnedRows(await returned);
      if (attempt.isOver) return;
      if (!isAsyncIterable(rows)) {
        this.#take(attempt, rows);
        return;
      }
      this.#output.begin();
      let count = 0;
      for await (const row of rows) {
        if (attempt.isOver) return;
        this.#output.add(row, count++);
      }
      if (attempt.isOver) return;
      attempt.ran = monotonicNow();
      this.#done(attempt, count);
    } catch (error) {
      this.#failed(attempt, error);
    }
  }

  #take(attempt: Attempt, rows: Iterable<unknown>): void {
    attempt.ran = monotonicNow();
    this.#output.begin();
    let count = 0;
    if (isArray(rows)) {
      // By index: whatever the script has done to iterators.
      for (; count < rows.length; count += 1) this.#output.add(rows[count], count);
    } else {
      for (const row of rows) this.#output.add(row, count++);
      // A generator's work is done while it is drained.
      attempt.ran = monotonicNow();
    }
    this.#done(attempt, count);
  }

  #done(attempt: Attempt, returned: number): void {
    const { task, items, started, begin, loaded, ran } = attempt;
    const count = items ?? 0;
    if (this.#settings.failOnShortReturn && returned < count) {
      throw new AttemptError('ShortReturn', 'return', `run returned ${returned} rows for ${count} items, and fail_on_short_return is set`);
    }
    const { offset, length, crc } = this.#output.end();
    this.#end(attempt);
    const { index, attempt: number } = task;
    const times = { started, loadMs: micro(loaded - begin), runMs: micro(ran - loaded) };
    this.#reports.done({ index, attempt: number, items: count, returned, offset, length, crc, ...times }, ran);
  }

  #failed(attempt: Attempt, thrown: unknown): void {
    if (attempt.isOver) return;
    const failure = failureOf(attempt, thrown);
    this.#end(attempt);
    this.#reports.failed(failure);
  }

  #end(attempt: Attempt): void {
    attempt.isOver = true;
    if (this.#current === attempt) this.#current = undefined;
    attempt.release?.();
    attempt.leave?.();
  }

  #mark(phase: Phase, attempt: Attempt): void {
    this.#marker.write(phase, attempt.task.index, attempt.task.attempt, attempt.items ?? 0);
  }
}

function failureOf({ task, items, started, begin, loaded, ran }: Attempt, thrown: unknown): Failure {
  const now = monotonicNow();
  const wasLoaded = items !== null;
  return {
    index: task.index,
    attempt: task.attempt,
    items,
    phase: AttemptError.is(thrown) ? thrown.phase : wasLoaded ? 'run' : 'load',
    error: scriptError(thrown),
    started,
    loadMs: micro((wasLoaded ? loaded : now) - begin),
    runMs: wasLoaded ? micro((ran || now) - loaded) : 0,
  };
}

const { round } = Math;

/** Milliseconds to the microsecond: a dozen digits of noise would only make reports longer. */
function micro(ms: number): number {
  return round(ms * 1000) / 1000;
}
