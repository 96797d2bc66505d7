/** Tells failed attempts: each in the logs, the first of them as events. Knows those of earlier lives of the step, too. */
import { toldAsEvents } from '../../events/error-kind.ts';
import type { Emit, FailedAttempt } from '../../events/types.ts';
import { ErrorKinds } from './error-kinds.ts';
import { FailureFile, readFailures } from './failure-file.ts';
import type { StepLogs } from './logs.ts';

export class FailureTeller {
  readonly #step: string;
  readonly #emit: Emit;
  readonly #file: FailureFile;
  /** Of all lives of the step, by kind; for its summary and its thresholds' messages. */
  readonly errors = new ErrorKinds();
  #told = 0;

  /** @param file where they are kept from life to life */
  constructor(step: string, emit: Emit, file: string, onError: (error: Error) => void) {
    this.#step = step;
    this.#emit = emit;
    for (const failure of readFailures(file)) this.errors.add(failure);
    this.#file = new FailureFile(file, onError);
  }

  tell(failure: FailedAttempt, logs: StepLogs): void {
    const kind = this.errors.add(failure);
    this.#file.add(failure, kind?.order);
    logs.attemptFailed(failure, kind);
    this.#told += 1;
    if (this.#told <= toldAsEvents) this.#emit({ type: 'attempt_failed', step: this.#step, ...failure });
    if (this.#told !== toldAsEvents) return;
    const message = `${toldAsEvents} failed attempts were told; further ones are counted, and grouped in logs/user/error.txt.`;
    this.#emit({ type: 'notice', level: 'info', step: this.#step, message });
  }

  settled(): Promise<void> {
    return this.#file.settled();
  }
}
