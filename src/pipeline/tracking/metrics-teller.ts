/** Tells what the scripts of a step log, while it runs: sampled, and only what has changed. */
import type { Emit, MetricValue } from '../../events/types.ts';
import { monotonicNow } from '../../os/clock.ts';
import type { StepLayout } from '../../store/layout.ts';
import { readLogged } from './read.ts';

const everyMs = 1000;
/** Looking takes at most this share of the coordinator's time. */
const share = 0.02;
/** Of each log; what stands further back is told by whoever reads all of it. */
const windowBytes = 64 * 1024;
/** Names; beyond them `prl job show` has the others. */
const maxNames = 100;
const maxText = 200;

export class MetricsTeller {
  readonly #step: string;
  readonly #layout: StepLayout;
  readonly #emit: Emit;
  readonly #told = new Map<string, MetricValue>();
  #timer: NodeJS.Timeout | undefined;

  constructor(step: string, layout: StepLayout, emit: Emit) {
    this.#step = step;
    this.#layout = layout;
    this.#emit = emit;
    this.#again(everyMs);
  }

  /** Tells what has changed since, and no more from then on. */
  close(): void {
    clearTimeout(this.#timer);
    this.#tell();
  }

  #again(ms: number): void {
    this.#timer = setTimeout(() => {
      const began = monotonicNow();
      this.#tell();
      this.#again(Math.max(everyMs, (monotonicNow() - began) / share));
    }, ms).unref();
  }

  #tell(): void {
    const metrics: Record<string, MetricValue> = {};
    for (const [name, { value }] of this.#read()) {
      const told = typeof value === 'string' ? value.slice(0, maxText) : value;
      if (typeof told === 'object' || this.#told.get(name) === told) continue;
      if (!this.#told.has(name) && this.#told.size >= maxNames) continue;
      this.#told.set(name, told);
      metrics[name] = told;
    }
    if (Object.keys(metrics).length > 0) this.#emit({ type: 'metrics', step: this.#step, metrics });
  }

  #read(): ReturnType<typeof readLogged>['metrics'] {
    try {
      return readLogged(this.#layout, windowBytes).metrics;
    } catch {
      // Telling cannot break a run; whoever asks for the values meets the error.
      return new Map();
    }
  }
}
