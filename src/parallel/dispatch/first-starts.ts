/** Whether it makes sense to start workers again after the first of them have failed. */
import { kindOf } from '../../events/error-kind.ts';
import type { ScriptError } from '../../events/types.ts';

/** A start that fails later may have waited for something that comes yet: it gets all its tries. */
const quickMs = 10_000;

export class FirstStarts {
  readonly #failed = new Set<number>();
  #kind: string | undefined;
  #failures = 0;
  #hasHope = false;

  /** A worker is ready: the script can be started here. */
  ready(): void {
    this.#hasHope = true;
  }

  /**
   * A worker failed before it was ready.
   * @param ms after its process was started
   * @param started slots in which a worker was ever started
   * @returns true: every first start failed in the same way and at once, so that another try would too
   */
  failed(slot: number, error: ScriptError, ms: number, started: ReadonlySet<number>): boolean {
    const kind = kindOf(error);
    if (ms > quickMs || (this.#kind !== undefined && this.#kind !== kind)) this.#hasHope = true;
    this.#kind = kind;
    this.#failed.add(slot);
    this.#failures += 1;
    // One alone may have met with an accident.
    return !this.#hasHope && this.#failures > 1 && this.#failed.size === started.size;
  }
}
