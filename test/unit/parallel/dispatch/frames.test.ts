import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunTime, refill } from '../../../../src/parallel/dispatch/frames.ts';

function settled(ms: number): number {
  const time = new RunTime();
  for (let round = 0; round < 50; round += 1) time.observe(time.frame(), ms * time.frame());
  return time.frame();
}

describe('frames', () => {
  it('grow to many no-ops and stay at one for slow runs', () => {
    expect(settled(0.005)).toBe(256);
    expect(settled(20)).toBe(2);
    expect(settled(60)).toBe(1);
    expect(settled(60_000)).toBe(1);
  });

  it('begin with one: nothing is known of the first run', () => {
    expect(new RunTime().frame()).toBe(1);
  });

  it('shrink at once when run becomes slow', () => {
    const time = new RunTime();
    for (let round = 0; round < 50; round += 1) time.observe(time.frame(), 0.01 * time.frame());
    time.observe(1, 5000);
    expect(time.frame()).toBe(1);
  });

  it('put nothing behind a slow run', () => {
    expect(refill(1, 0, 1000, 2)).toBe(1);
    expect(refill(1, 1, 1000, 2)).toBe(0);
  });

  it('never hand out more than is waiting, and always something to a worker that has nothing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 256 }),
        fc.nat({ max: 600 }),
        fc.nat({ max: 10_000 }),
        fc.integer({ min: 1, max: 64 }),
        (frame, assigned, waiting, workers) => {
          const count = refill(frame, assigned, waiting, workers);
          expect(count).toBeGreaterThanOrEqual(0);
          expect(count).toBeLessThanOrEqual(waiting);
          expect(assigned + count).toBeLessThanOrEqual(Math.max(assigned, 2 * frame));
          if (assigned === 0 && waiting > 0) expect(count).toBeGreaterThan(0);
        },
      ),
    );
  });
});
