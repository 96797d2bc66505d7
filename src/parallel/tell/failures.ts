/** Tells failed attempts: each in the logs, the first of them as events. */
import type { Emit, FailedAttempt } from '../../events/types.ts';
import type { StepLogs } from './logs.ts';

/** More are only counted: a job can fail a million times. */
const toldAsEvents = 100;

export class FailureTeller {
  readonly #step: string;
  readonly #emit: Emit;
  readonly #logs: StepLogs;
  #told = 0;

  constructor(step: string, emit: Emit, logs: StepLogs) {
    this.#step = step;
    this.#emit = emit;
    this.#logs = logs;
  }

  tell(failure: FailedAttempt): void {
    this.#logs.attemptFailed(failure);
    this.#told += 1;
    if (this.#told <= toldAsEvents) this.#emit({ type: 'attempt_failed', step: this.#step, ...failure });
    if (this.#told !== toldAsEvents) return;
    const message = `${toldAsEvents} failed attempts were told; further ones are counted, and grouped in logs/user/error.txt.`;
    this.#emit({ type: 'notice', level: 'info', step: this.#step, message });
  }
}
