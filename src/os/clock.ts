import { performance } from 'node:perf_hooks';

/** What a run knows of time; a test gives it another. */
export interface Clock {
  /**
   * Milliseconds since some moment, never set back: for durations and deadlines. All processes of a machine share it, so that what
   * one wrote down (a worker's marker) can be compared by another.
   */
  now(): number;
  /** Milliseconds since 1970, as the machine has them at the moment: for what people are told, and for nothing else. */
  epoch(): number;
  /** Calls `tick` again and again; returns how to end that. */
  every(milliseconds: number, tick: () => void): () => void;
}

// As they are before an entry script runs in the same process: one that tests itself with a fake clock must not stop ours.
const sinceProcessStart = performance.now.bind(performance);
const wallClock = Date.now;

/** `performance` counts from this process's start, the system (CLOCK_MONOTONIC) from its own. */
const processStart = Number(process.hrtime.bigint()) / 1e6 - sinceProcessStart();

/** Milliseconds of the machine's monotonic clock: Python's is `parallelrun_worker/clock.py`. */
export function monotonicNow(): number {
  return processStart + sinceProcessStart();
}

/** Milliseconds since 1970. */
export function epochNow(): number {
  return wallClock();
}

export const systemClock: Clock = {
  now: monotonicNow,
  epoch: epochNow,
  every(milliseconds, tick) {
    const timer = setInterval(tick, milliseconds);
    return () => clearInterval(timer);
  },
};
