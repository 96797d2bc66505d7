/** What became of attempts, told in groups: rows first, then the log, then the report that names them. */
import type { Failure, Outcome, Report } from '../protocol/messages.ts';
import { sendReport } from './channel.ts';
import { scriptError } from './errors.ts';
import type { Output } from './output.ts';
import type { TaskLog } from './task-log.ts';

const reportEveryMs = 5;

export class AttemptReports {
  readonly #output: Output;
  readonly #log: TaskLog;
  #outcomes: Outcome[] = [];
  #last = performance.now();

  constructor(output: Output, log: TaskLog) {
    this.#output = output;
    this.#log = log;
  }

  /** @param now `performance.now()` */
  done(outcome: Outcome, now: number): void {
    const { index, attempt, items, returned, started, loadMs, runMs } = outcome;
    const ok = Math.min(items, returned);
    this.#log.add({ index, attempt, items, ok, failed: items - ok, started, loadMs, runMs });
    this.#outcomes.push(outcome);
    if (now - this.#last >= reportEveryMs) this.flush();
  }

  failed(failure: Failure): void {
    const { index, attempt, items, started, loadMs, runMs } = failure;
    this.#log.add({ index, attempt, items, ok: 0, failed: items, started, loadMs, runMs });
    this.flush();
    sendReport({ type: 'failed', ...failure });
  }

  flush(): void {
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    let unwritten: unknown;
    if (outcomes.length > 0) {
      try {
        this.#output.flush();
      } catch (error) {
        unwritten = error;
      }
    }
    this.#log.flush();
    if (unwritten === undefined) {
      if (outcomes.length > 0) sendReport({ type: 'done', outcomes });
    } else {
      for (const outcome of outcomes) sendReport(writeFailure(outcome, unwritten));
    }
    this.#last = performance.now();
  }
}

function writeFailure({ index, attempt, items, started, loadMs, runMs }: Outcome, thrown: unknown): Report {
  return { type: 'failed', index, attempt, items, phase: 'write', error: scriptError(thrown), started, loadMs, runMs };
}
