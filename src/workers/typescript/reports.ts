/** What became of attempts, told in groups: rows first, then the log, then the reports that name them. */
import type { Failure, Outcome, Report } from '../protocol/messages.ts';
import { sendReport } from './channel.ts';
import { scriptError } from './errors.ts';
import type { Output } from './output.ts';
import type { Printed } from './printed.ts';
import type { TaskLog } from './task-log.ts';

const reportEveryMs = 5;

/** An attempt that has ended, and has not been told. */
type Ended = ({ readonly kind: 'done'; readonly outcome: Outcome } | { readonly kind: 'failed'; readonly failure: Failure }) & {
  /** Where in the logs is what it printed. */
  printed: string;
};

export class AttemptReports {
  readonly #output: Output;
  readonly #log: TaskLog;
  readonly #printed: Printed;
  #ended: Ended[] = [];
  #last = Number.NEGATIVE_INFINITY;
  #due = false;

  constructor(output: Output, log: TaskLog, printed: Printed) {
    this.#output = output;
    this.#log = log;
    this.#printed = printed;
    const inInit = printed.sinceAtAll();
    if (inInit !== '') log.addInit(inInit);
  }

  /** It is time to tell. Whoever does so lets the event loop turn first: until then an attempt may still turn out to have failed. */
  get due(): boolean {
    return this.#due;
  }

  /** @param now by the monotonic clock */
  done(outcome: Outcome, now: number): void {
    this.#ended[this.#ended.length] = { kind: 'done', outcome, printed: this.#printed.since() };
    if (now - this.#last >= reportEveryMs) {
      this.#due = true;
      this.#last = now;
    }
  }

  failed(failure: Failure): void {
    this.#ended[this.#ended.length] = { kind: 'failed', failure, printed: this.#printed.since() };
    this.#due = true;
  }

  /** What was done turns out to have failed. False: it has been told, and counts. */
  revoke(failure: Failure): boolean {
    for (let at = this.#ended.length - 1; at >= 0; at -= 1) {
      const ended = this.#ended[at];
      if (ended?.kind !== 'done' || ended.outcome.index !== failure.index || ended.outcome.attempt !== failure.attempt) continue;
      // Its rows stay in the segment, in a range that no outcome names.
      this.#ended[at] = { kind: 'failed', failure, printed: ended.printed };
      this.#due = true;
      return true;
    }
    return false;
  }

  flush(): void {
    const all = this.#ended;
    this.#ended = [];
    this.#due = false;
    const last = all[all.length - 1];
    if (last !== undefined) last.printed += this.#printed.sinceAtAll();
    const unwritten = all.length === 0 ? undefined : this.#write();
    for (let at = 0; at < all.length; at += 1) {
      const ended = all[at];
      if (ended !== undefined) this.#note(ended);
    }
    this.#log.flush();
    let outcomes: Outcome[] = [];
    for (let at = 0; at < all.length; at += 1) {
      const ended = all[at];
      if (ended?.kind === 'done' && unwritten === undefined) outcomes[outcomes.length] = ended.outcome;
      else if (ended !== undefined) {
        if (outcomes.length > 0) sendReport({ type: 'done', outcomes });
        outcomes = [];
        sendReport(ended.kind === 'failed' ? { type: 'failed', ...ended.failure } : writeFailure(ended.outcome, unwritten));
      }
    }
    if (outcomes.length > 0) sendReport({ type: 'done', outcomes });
  }

  /** Why the rows could not be written, if they could not. */
  #write(): unknown {
    try {
      this.#output.flush();
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #note(ended: Ended): void {
    const { printed } = ended;
    if (ended.kind === 'failed') {
      const { index, attempt, items, started, loadMs, runMs } = ended.failure;
      this.#log.add({ index, attempt, items, ok: 0, failed: items, started, loadMs, runMs, printed });
    } else {
      const { index, attempt, items, returned, started, loadMs, runMs } = ended.outcome;
      const ok = items < returned ? items : returned;
      this.#log.add({ index, attempt, items, ok, failed: items - ok, started, loadMs, runMs, printed });
    }
  }
}

function writeFailure({ index, attempt, items, started, loadMs, runMs }: Outcome, thrown: unknown): Report {
  return { type: 'failed', index, attempt, items, phase: 'write', error: scriptError(thrown), started, loadMs, runMs };
}
