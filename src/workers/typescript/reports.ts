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
  #done: Outcome[] = [];
  #last = performance.now();

  constructor(output: Output, log: TaskLog) {
    this.#output = output;
    this.#log = log;
  }

  /** @param now `performance.now()` */
  done(done: Outcome, now: number): void {
    const { index, attempt, items, returned, started, loadMs, runMs } = done;
    const ok = Math.min(items, returned);
    this.#log.add({ index, attempt, items, ok, failed: items - ok, started, loadMs, runMs });
    this.#done.push(done);
    if (now - this.#last >= reportEveryMs) this.flush();
  }

  failed(failure: Failure): void {
    const { index, attempt, items, started, loadMs, runMs } = failure;
    this.#log.add({ index, attempt, items, ok: 0, failed: items, started, loadMs, runMs });
    this.flush();
    sendReport({ type: 'failed', ...failure });
  }

  flush(): void {
    const done = this.#done;
    this.#done = [];
    let unwritten: unknown;
    if (done.length > 0) {
      try {
        this.#output.flush();
      } catch (error) {
        unwritten = error;
      }
    }
    this.#log.flush();
    if (unwritten === undefined) {
      if (done.length > 0) sendReport({ type: 'done', outcomes: done });
    } else {
      for (const one of done) sendReport(writeFailure(one, unwritten));
    }
    this.#last = performance.now();
  }
}

function writeFailure({ index, attempt, items, started, loadMs, runMs }: Outcome, thrown: unknown): Report {
  return { type: 'failed', index, attempt, items, phase: 'write', error: scriptError(thrown), started, loadMs, runMs };
}
