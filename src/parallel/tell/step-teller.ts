/** All that is told of a step: as events, and in the log layout that Azure users know. It never fails and never waits. */
import { kindOf } from '../../events/error-kind.ts';
import type { Emit, FailedAttempt, ScriptError } from '../../events/types.ts';
import type { ErrorKinds } from './error-kinds.ts';
import { FailureTeller } from './failures.ts';
import { openStepLogs, type StepLogs } from './logs.ts';
import type { Progress } from './told.ts';

const toldInitKinds = 5;

export class StepTeller {
  readonly step: string;
  readonly emit: Emit;
  readonly logs: StepLogs;
  readonly #failures: FailureTeller;
  /** Kinds of failed starts that were told. */
  readonly #initKinds = new Set<string>();

  /**
   * @param logs the step's `logs/`
   * @param failures where failed attempts are kept from life to life
   */
  constructor(step: string, emit: Emit, logs: string, failures: string) {
    this.step = step;
    this.emit = emit;
    this.#failures = new FailureTeller(step, emit, failures, ({ message }) =>
      this.notice('warning', `Failed attempts cannot be noted (${message}); after a resume they are not told again.`),
    );
    this.logs = openStepLogs(logs, this.#failures.errors, (message) => this.notice('warning', message));
  }

  /** Failed attempts of all lives of the step, by kind. */
  get errors(): ErrorKinds {
    return this.#failures.errors;
  }

  notice(level: 'info' | 'warning', message: string): void {
    this.emit({ type: 'notice', level, message, step: this.step });
  }

  /** What the coordinator did and why, for whoever looks into it later. */
  decided(message: string): void {
    this.logs.decided(message);
  }

  attemptFailed(failure: FailedAttempt): void {
    this.#failures.tell(failure, this.logs);
  }

  /** Each in the log; as an event, at once, the first of each kind. */
  initFailed(worker: string, error: ScriptError): void {
    this.logs.initFailed(worker, error);
    const kind = kindOf(error);
    if (this.#initKinds.has(kind) || this.#initKinds.size === toldInitKinds) return;
    this.#initKinds.add(kind);
    this.emit({ type: 'init_failed', step: this.step, worker, error });
  }

  workerLost(worker: string, reason: string): void {
    this.emit({ type: 'worker_lost', step: this.step, worker, reason });
    this.logs.decided(`${worker} is lost: ${reason}`);
  }

  progress(progress: Progress): void {
    this.emit({ type: 'progress', step: this.step, ...progress });
    this.logs.overview(progress);
  }

  /** What was told of failed attempts can be read. */
  settled(): Promise<void> {
    return this.#failures.settled();
  }

  async close(): Promise<void> {
    await Promise.all([this.logs.close(), this.#failures.settled()]);
  }
}
