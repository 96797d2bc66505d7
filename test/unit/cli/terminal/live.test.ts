import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bar } from '../../../../src/cli/terminal/bar.ts';
import { liveLines, shareOfJob, shownAttempts, shownErrors } from '../../../../src/cli/terminal/live.ts';
import { advance, type DisplayState, emptyState } from '../../../../src/cli/terminal/state.ts';
import { lineWidth, render } from '../../../../src/cli/terminal/text.ts';
import type { EventBody, JobEvent } from '../../../../src/events/types.ts';

const start = Date.parse('2026-01-01T00:00:00Z');

function stateOf(...bodies: readonly (EventBody & { readonly after?: number })[]): DisplayState {
  return bodies.reduce<DisplayState>((state, { after = 0, ...body }, i) => {
    const event: JobEvent = { n: i + 1, time: new Date(start + after).toISOString(), ...(body as EventBody) };
    return advance(state, event);
  }, emptyState);
}

const progress = (step: string, done: number, after: number, more: Partial<Extract<EventBody, { type: 'progress' }>> = {}) => ({
  type: 'progress' as const,
  step,
  miniBatches: { total: 1000, planned: true, done, failed: 0, retries: 0 },
  items: { total: 10_000, done: done * 10, failed: 0 },
  workers: 4,
  running: [],
  unit: 'file' as const,
  after,
  ...more,
});
const running = (step: string) => ({ type: 'step_status' as const, step, status: 'Running' as const });
const begun = { type: 'job_status' as const, status: 'Running' as const };

const draw = (state: DisplayState, width: number, after: number, more: { readonly height?: number; readonly attempts?: number } = {}) =>
  liveLines(
    state,
    { name: 'job1', steps: Object.keys(state.jobState.steps) },
    { width, height: 30, attempts: shownAttempts, errors: shownErrors, unicode: true, now: start + after, ...more },
  );
const text = (...args: Parameters<typeof draw>) => draw(...args).map((line) => render(line, args[1], false));

const steady = Array.from({ length: 100 }, (_, i) => progress('score', i + 1, (i + 1) * 100));

describe('the live line of a step', () => {
  const state = stateOf(begun, running('score'), ...steady);

  test('says done of total, pace and remaining time in full where there is room', () => {
    expect(text(state, 120, 10_000)).toEqual([
      'score  Running  100/1,000 mini-batches  ▕██                  ▏  10 %  100 files/s  80–100 s left  10 s',
    ]);
  });

  test('leaves out the least telling first as it gets narrower, never the count', () => {
    expect(text(state, 70, 10_000)).toEqual(['score  Running  100/1,000  ▕▊       ▏  100 files/s  80–100 s left']);
    expect(text(state, 40, 10_000)).toEqual(['score  Running  100/1,000  80–100 s left']);
    expect(text(state, 20, 10_000)).toEqual(['score  100/1,000']);
  });

  test('says that mini-batches are still being planned', () => {
    const planning = stateOf(
      begun,
      running('score'),
      progress('score', 5, 100, { miniBatches: { total: 90, planned: false, done: 5, failed: 0, retries: 0 } }),
    );
    expect(text(planning, 120, 100)[0]).toContain('5/90+ mini-batches');
    expect(text(planning, 120, 100)[0]).not.toContain('%');
  });

  test('says from the first error on that there is one', () => {
    const stack = `Traceback (most recent call last):\n  File "/code/score.py", line 4, in run\n    raise ValueError('x')\n    ^^^^^^^^^^^^^^^^^^^^^\nValueError: x`;
    const failure = {
      type: 'attempt_failed' as const,
      step: 'score',
      miniBatch: 3,
      attempt: 1,
      worker: 'process000',
      error: { type: 'ValueError', message: 'x', stack },
      final: false,
      what: 'a.png',
    };
    const failing = stateOf(begun, running('score'), steady[0] ?? begun, failure, failure, {
      ...failure,
      error: { type: 'KeyError', message: 'y' },
    });
    expect(text(failing, 80, 100)[0]).toContain('an attempt failed');
    expect(text(failing, 80, 100).slice(1)).toEqual([
      '  2 × ValueError: x (score.py:4)  first in mini-batch 3 (a.png)',
      '        File "/code/score.py", line 4, in run',
      "          raise ValueError('x')",
      '  1 × KeyError: y  first in mini-batch 3 (a.png)',
      '  debug: prl job debug --name job1 --step score --mini-batch 3',
    ]);
    // Beyond a hundred nobody tells which they are.
    const many = stateOf(begun, running('score'), ...Array.from({ length: 100 }, () => failure));
    expect(text(many, 80, 100)[1]).toMatch(/^ {2}100\+ × ValueError/);
    // Where there is no room they are counted alone.
    expect(text(failing, 80, 100, { height: 2 })).toHaveLength(1);
    expect(text(failing, 80, 100, { height: 5 })).toHaveLength(4);
    const counts = { total: 1000, planned: true, done: 7, failed: 2, retries: 5 };
    expect(text(stateOf(begun, running('score'), progress('score', 9, 100, { miniBatches: counts })), 80, 100)[0]).toContain(
      '2 failed, 5 retries',
    );
  });
});

describe('a bar', () => {
  test.each([
    [0, '▕          ▏', '[----------]'],
    [0.26, '▕██▌       ▏', '[##--------]'],
    [0.999, '▕█████████▉▏', '[#########-]'],
    [1, '▕██████████▏', '[##########]'],
  ])('is as long at %s as it is at its end', (share, blocks, ascii) => {
    expect([bar(share, 12, true), bar(share, 12, false)]).toEqual([blocks, ascii]);
  });
});

describe('the progress of the job', () => {
  const job = { name: 'job1', steps: ['a', 'b'] };
  test.each<[string, readonly EventBody[], number | undefined]>([
    ['counts each step alike', [{ type: 'step_status', step: 'a', status: 'Completed' }, running('b'), progress('b', 500, 0)], 0.75],
    ['is unknown to a job of one step that is being planned', [], undefined],
  ])('%s', (_, events, expected) => {
    const state = stateOf(begun, ...events);
    expect(shareOfJob(state, events.length === 0 ? { name: 'job1', steps: ['a'] } : job)).toBe(expected);
  });
});

describe('the live region', () => {
  const attempts = Array.from({ length: 8 }, (_, i) => ({ worker: `process00${i}`, miniBatch: i, attempt: 1, since: start + i * 1000 }));

  test('shows the longest-running mini-batches below their step, once they run long', () => {
    const state = stateOf(begun, running('score'), progress('score', 9, 100, { running: attempts }));
    expect(text(state, 80, 4_500).slice(1)).toEqual([
      '  mini-batch 0  4.5 s  process000',
      '  mini-batch 1  3.5 s  process001',
      '  mini-batch 2  2.5 s  process002',
    ]);
  });

  test('never shows more than eight of them, over all steps', () => {
    const state = stateOf(begun, ...['a', 'b', 'c'].flatMap((step) => [running(step), progress(step, 9, 100, { running: attempts })]));
    expect(text(state, 80, 60_000).filter((line) => line.startsWith('  mini-batch'))).toHaveLength(8);
  });

  test('says how many running steps it shows where not all fit', () => {
    const state = stateOf(begun, ...Array.from({ length: 20 }, (_, i) => running(`step${i}`)));
    const lines = text(state, 80, 1000, { height: 8 });
    expect(lines).toHaveLength(8);
    expect(lines.at(-2)).toBe('… 6 of 20 running steps shown');
    expect(lines.at(-1)).toMatch(/^Job job1 {2}Running {2}0 of 20 steps done, 20 running, 0 waiting/);
  });

  test('fits any window in width and height', () => {
    const state = stateOf(
      begun,
      ...['größe_計算', 'b', 'a_very_long_name_of_a_step_that_says_everything'].flatMap((step) => [
        running(step),
        progress(step, 9, 100, { running: attempts }),
      ]),
    );
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 200 }), fc.integer({ min: 2, max: 30 }), (width, height) => {
        const lines = draw(state, width, 60_000, { height });
        expect(lines.length).toBeLessThanOrEqual(height);
        for (const line of lines.slice(0, -1))
          expect(lineWidth([{ text: render(line, width, false), tone: 'plain' }])).toBeLessThanOrEqual(width);
      }),
    );
  });
});
