import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Counts, freshPace, itemRate, remaining, resumedPace, withSample } from '../../../../src/cli/terminal/pace.ts';

const start = 1_700_000_000_000;
const counts = (done: number, total: number, planned = true, itemsPer = 10): Counts => ({
  miniBatches: { total, planned, done, failed: 0, retries: 0 },
  items: { total: total * itemsPer, done: done * itemsPer, failed: 0 },
});

/** A step that does `rate` mini-batches a second, sampled ten times a second. */
function steady(rate: number, total: number, seconds: number, from = 0) {
  let pace = from === 0 ? freshPace(start) : resumedPace(start, counts(from, total));
  let now = start;
  let last = counts(from, total);
  for (let i = 1; i <= seconds * 10; i++) {
    now = start + i * 100;
    last = counts(Math.min(total, from + Math.floor((rate * i) / 10)), total);
    pace = withSample(pace, now, last);
  }
  return { pace, now, last };
}

describe('the pace of a step', () => {
  test('is what it does now, in items', () => {
    expect(itemRate(steady(50, 10_000, 20).pace)).toBeCloseTo(500, -1);
  });

  test('of a resumed step does not count what was done before', () => {
    const { pace } = steady(50, 10_000, 5, 9_000);
    expect(itemRate(pace)).toBeCloseTo(500, -1);
  });

  test('of a steady step gives a remaining time that holds the truth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 500 }), fc.integer({ min: 5, max: 60 }), (rate, seconds) => {
        const total = rate * 100;
        const { pace, now, last } = steady(rate, total, seconds);
        const range = remaining(pace, last, now);
        const truth = (total - last.miniBatches.done) / rate;
        expect(range?.low).toBeLessThanOrEqual(truth + 0.2);
        expect(range?.high).toBeGreaterThanOrEqual(truth - 0.2);
      }),
    );
  });

  test('gives no remaining time before it can be trusted', () => {
    const early = steady(100, 10_000, 2);
    expect(remaining(early.pace, early.last, early.now)).toBeUndefined();
    const few = steady(1, 10_000, 8);
    expect(remaining(few.pace, few.last, few.now)).toBeUndefined();
    const { pace, now } = steady(100, 10_000, 20);
    expect(remaining(pace, counts(2000, 10_000, false), now)).toBeUndefined();
  });

  test('gives none while it is stuck or changes much', () => {
    let { pace, now, last } = steady(100, 10_000, 20);
    for (let i = 0; i < 200; i++) {
      now += 100;
      pace = withSample(pace, now, last);
    }
    expect(remaining(pace, last, now)).toBeUndefined();
  });

  test('goes by mini-batches where items are only counted as they are read', () => {
    let pace = freshPace(start);
    let now = start;
    let last = counts(0, 1000);
    for (let i = 1; i <= 100; i++) {
      now = start + i * 100;
      last = {
        miniBatches: { total: 1000, planned: true, done: i, failed: 0, retries: 0 },
        items: { total: i * 7, done: i * 7, failed: 0 },
      };
      pace = withSample(pace, now, last);
    }
    const range = remaining(pace, last, now);
    expect(range?.low).toBeLessThanOrEqual(90);
    expect(range?.high).toBeGreaterThanOrEqual(90);
  });
});
