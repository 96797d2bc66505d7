import { performance } from 'node:perf_hooks';

/** What a run knows of time; a test gives it another. */
export interface Clock {
  /** Milliseconds since some moment, never set back: for durations and deadlines. */
  now(): number;
  /** Milliseconds since 1970: for what people are told, and for what other processes wrote down. */
  epoch(): number;
  /** Calls `tick` again and again; returns how to end that. */
  every(milliseconds: number, tick: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  every(milliseconds, tick) {
    const timer = setInterval(tick, milliseconds);
    return () => clearInterval(timer);
  },
};
