/** Tells how a step is getting on: sampled, and only when something has changed. */
import type { RunningAttempt } from '../../events/types.ts';
import type { Clock } from '../../os/clock.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Tally } from '../record/tally.ts';
import type { Progress } from './told.ts';

const everyMs = 200;
/** Attempts that are younger are not worth a look. */
const silentMs = 500;
const shownAttempts = 8;
/** A difference between the wall clock and ours that is not their drift. */
const clockWasSetMs = 500;

export class ProgressTeller {
  readonly #dispatcher: Pick<Dispatcher, 'workers'>;
  readonly #tally: Tally;
  readonly #unit: 'file' | 'row';
  readonly #clock: Clock;
  readonly #tell: (progress: Progress) => void;
  #told = '';
  #toldAt = Number.NEGATIVE_INFINITY;
  #wallOffset = 0;

  constructor(
    dispatcher: Pick<Dispatcher, 'workers'>,
    tally: Tally,
    unit: 'file' | 'row',
    clock: Clock,
    tell: (progress: Progress) => void,
  ) {
    this.#dispatcher = dispatcher;
    this.#tally = tally;
    this.#unit = unit;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** May be called as often as one likes. */
  tell(): void {
    if (this.#clock.now() - this.#toldAt >= everyMs) this.tellNow();
  }

  tellNow(): void {
    const { miniBatches, items } = this.#tally;
    let workers = 0;
    for (const worker of this.#dispatcher.workers) if (worker.isReady) workers += 1;
    const progress = { miniBatches, items, workers, running: this.#running(), unit: this.#unit };
    const text = JSON.stringify(progress);
    if (text === this.#told) return;
    this.#told = text;
    this.#toldAt = this.#clock.now();
    this.#tell(progress);
  }

  /** Told in the time of people; the same for the same moment until their clock is set, or what has not changed would be told again. */
  #wallTime(moment: number): number {
    const offset = this.#clock.epoch() - this.#clock.now();
    if (Math.abs(offset - this.#wallOffset) > clockWasSetMs) this.#wallOffset = offset;
    return Math.round(moment + this.#wallOffset);
  }

  /** The longest-running attempts, of workers that have been silent for a moment. */
  #running(): readonly RunningAttempt[] {
    const now = this.#clock.now();
    const running: RunningAttempt[] = [];
    for (const worker of this.#dispatcher.workers) {
      if (worker.assigned === 0 || now - worker.heard < silentMs) continue;
      const doing = worker.doing();
      if (doing?.phase === 'running' || doing?.phase === 'loading') {
        running.push({ worker: worker.slot.label, miniBatch: doing.index, attempt: doing.attempt, since: this.#wallTime(doing.since) });
      }
    }
    return running.sort((a, b) => a.since - b.since).slice(0, shownAttempts);
  }
}
