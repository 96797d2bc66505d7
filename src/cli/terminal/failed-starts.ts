/** Starts that failed, held for a moment: a step that ends with that very error says it once. */
import type { JobEvent } from '../../events/types.ts';
import type { Line } from './text.ts';

const heldMs = 1_000;

type FailedStart = Extract<JobEvent, { readonly type: 'init_failed' }>;

export class FailedStarts {
  #held: { readonly event: FailedStart; readonly lines: readonly Line[]; readonly due: number }[] = [];

  /** @param now in milliseconds of a clock that is never set back */
  hold(event: FailedStart, lines: readonly Line[], now: number): void {
    this.#held.push({ event, lines, due: now + heldMs });
  }

  /** What is to be shown by now. */
  take(now: number): readonly Line[] {
    const due = this.#held.filter((each) => each.due <= now);
    if (due.length > 0) this.#held = this.#held.filter((each) => each.due > now);
    return due.flatMap(({ lines }) => lines);
  }

  /** The step has failed for this reason. */
  endedWith(step: string, reason: string): void {
    this.#held = this.#held.filter(({ event }) => event.step !== step || !reason.includes(event.error.message));
  }
}
