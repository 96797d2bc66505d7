/** Tells how a step is getting on: sampled, and only when something has changed. */
import type { Emit, RunningAttempt } from '../../events/types.ts';
import type { Crew } from '../dispatch/crew.ts';
import type { Tally } from '../record/tally.ts';
import type { StepLogs } from './logs.ts';

const everyMs = 200;
/** Attempts that are younger are not worth a look. */
const silentMs = 500;
const shownAttempts = 8;

export class ProgressTeller {
  readonly #step: string;
  readonly #unit: 'file' | 'row';
  readonly #emit: Emit;
  readonly #logs: StepLogs;
  readonly #crew: Crew;
  readonly #tally: Tally;
  #told = '';
  #toldAt = 0;

  constructor(step: string, unit: 'file' | 'row', emit: Emit, logs: StepLogs, crew: Crew, tally: Tally) {
    this.#step = step;
    this.#unit = unit;
    this.#emit = emit;
    this.#logs = logs;
    this.#crew = crew;
    this.#tally = tally;
  }

  /** May be called as often as one likes. */
  tell(now: number): void {
    if (now - this.#toldAt >= everyMs) this.#tell(now);
  }

  /** The last word. */
  end(): void {
    this.#tell(Date.now());
  }

  #tell(now: number): void {
    const { miniBatches, items } = this.#tally;
    let workers = 0;
    for (const worker of this.#crew.workers) if (worker.state === 'ready') workers += 1;
    const progress = { miniBatches, items, workers, running: this.#running(now), unit: this.#unit };
    const text = JSON.stringify(progress);
    if (text === this.#told) return;
    this.#told = text;
    this.#toldAt = now;
    this.#emit({ type: 'progress', step: this.#step, ...progress });
    this.#logs.overview(progress);
  }

  /** The longest-running attempts, of workers that have been silent for a moment. */
  #running(now: number): readonly RunningAttempt[] {
    const running: RunningAttempt[] = [];
    for (const worker of this.#crew.workers) {
      if (worker.assigned === 0 || now - worker.heard < silentMs) continue;
      const marker = worker.process.marker();
      if (marker?.phase === 'running' || marker?.phase === 'loading') {
        running.push({ worker: worker.slot.label, miniBatch: marker.index, attempt: marker.attempt, since: marker.since });
      }
    }
    return running.sort((a, b) => a.since - b.since).slice(0, shownAttempts);
  }
}
