import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, type JobState, newJobState } from '../../../src/events/fold.ts';
import type { EventBody, JobEvent } from '../../../src/events/types.ts';
import { eventBody } from './arbitrary.ts';

const numbered = (bodies: readonly EventBody[]): JobEvent[] =>
  bodies.map((body, i) => ({ n: i + 1, time: new Date(1_700_000_000_000 + i * 1000).toISOString(), ...body }));
const state = (bodies: readonly EventBody[]): JobState => numbered(bodies).reduce(fold, newJobState);

const progress = (done: number, failed = 0): EventBody => ({
  type: 'progress',
  step: 'score',
  miniBatches: { total: 10, planned: true, done, failed, retries: 0 },
  items: { total: 100, done: done * 10, failed: failed * 10 },
  workers: 2,
  running: [{ worker: 'process000', miniBatch: done, attempt: 1, since: 1 }],
});

describe('folding', () => {
  test('twice is folding once, at any point', () => {
    fc.assert(
      fc.property(fc.array(eventBody, { maxLength: 20 }), fc.nat(), (bodies, at) => {
        const events = numbered(bodies);
        const cut = events.length === 0 ? 0 : at % events.length;
        const once = events.reduce(fold, newJobState);
        expect([...events.slice(0, cut), ...events].reduce(fold, newJobState)).toEqual(once);
        expect(events.reduce(fold, once)).toBe(once);
      }),
    );
  });

  test('never changes a state that was given out', () => {
    fc.assert(
      fc.property(fc.array(eventBody, { maxLength: 12 }), (bodies) => {
        const events = numbered(bodies);
        const seen: { state: JobState; text: string }[] = [];
        events.reduce((before, event) => {
          const after = fold(before, event);
          seen.push({ state: after, text: JSON.stringify(after) });
          return after;
        }, newJobState);
        for (const { state, text } of seen) expect(JSON.stringify(state)).toBe(text);
      }),
    );
  });

  test('a finished step keeps its counts and lets go of its workers', () => {
    const { steps } = state([
      { type: 'job_status', status: 'Running' },
      { type: 'step_status', step: 'score', status: 'Running' },
      progress(10),
      { type: 'step_status', step: 'score', status: 'Completed' },
    ]);
    expect(steps.score).toMatchObject({ status: 'Completed', workers: 0, running: [], miniBatches: { done: 10 }, items: { done: 100 } });
  });

  test('a resumed job forgets what stopped it and keeps what it had finished', () => {
    const failed = state([
      { type: 'job_status', status: 'Running' },
      { type: 'step_status', step: 'prepare', status: 'Completed', exitCode: 0 },
      { type: 'step_status', step: 'score', status: 'Running' },
      progress(4, 2),
      { type: 'step_status', step: 'score', status: 'Failed', error: 'error_threshold 10 exceeded' },
      { type: 'step_status', step: 'report', status: 'NotStarted', skippedBecause: 'score failed' },
      { type: 'job_status', status: 'Failed', error: 'Step score failed.' },
    ]);
    expect(failed).toMatchObject({ lives: 1, error: 'Step score failed.', ended: '2023-11-14T22:13:26.000Z' });
    const resumed = fold(failed, { n: 8, time: '2023-11-15T00:00:00.000Z', type: 'job_status', status: 'Running' });
    expect(resumed).toMatchObject({ lives: 2, status: 'Running', started: '2023-11-15T00:00:00.000Z' });
    expect(resumed).not.toHaveProperty('error');
    expect(resumed).not.toHaveProperty('ended');
    expect(resumed.steps.prepare).toMatchObject({ status: 'Completed', exitCode: 0 });
    expect(resumed.steps.score).toEqual({
      name: 'score',
      status: 'NotStarted',
      errors: [],
      workers: 0,
      running: [],
      workersLost: 0,
      miniBatches: { total: 10, planned: true, done: 4, failed: 2, retries: 0 },
      items: { total: 100, done: 40, failed: 20 },
    });
    expect(resumed.steps.report).not.toHaveProperty('skippedBecause');
  });
});
