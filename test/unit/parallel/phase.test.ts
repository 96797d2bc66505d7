/** How a step ends, by itself: every end is one end, with its first reason, when nobody is left. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginning, type Ending, type Facts, next, type Phase, type StepEvent } from '../../../src/parallel/phase.ts';

const quiet: Facts = { now: 0, open: 3, underWay: 1, workers: 2, grace: 1000, fruitless: undefined };

const event = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<StepEvent>({ kind: 'settled' }, { kind: 'planned' }, { kind: 'tick' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<StepEvent>(
      { kind: 'drain' },
      { kind: 'kill' },
      { kind: 'failed', error: 'first' },
      { kind: 'failed', error: 'second' },
      { kind: 'broken', cause: 'bug' },
    ),
  },
);
const facts = fc.record({
  now: fc.nat(5000),
  open: fc.nat(2),
  underWay: fc.nat(2),
  workers: fc.nat(2),
  grace: fc.constant(1000),
  fruitless: fc.constantFrom(undefined, undefined, 'nothing succeeded'),
});

function endingOf(phase: Phase): Ending | undefined {
  return phase.kind === 'ending' || phase.kind === 'closed' ? phase.ending : undefined;
}

describe('a phase', () => {
  it('has one end, keeps its first reason, and closes once, when no worker lives', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, facts), { maxLength: 30 }), (history) => {
        let phase = beginning;
        let ending: Ending | undefined;
        let closes = 0;
        for (const [happened, fact] of history) {
          const step = next(phase, happened, fact);
          const after = endingOf(step.phase);
          if (ending !== undefined) {
            const replaced = phase.kind === 'ending' && ending.kind === 'completed' && happened.kind === 'broken';
            expect(after).toEqual(replaced ? happened : ending);
          }
          if (step.acts.includes('close')) {
            closes += 1;
            expect(step.phase.kind).toBe('closed');
            expect(fact.workers).toBe(0);
            expect(step.acts.at(-1)).toBe('close');
          }
          if (after === undefined) expect(step.acts).not.toContain('kill_workers');
          if (after?.kind === 'completed' && ending === undefined)
            expect(fact).toMatchObject({ open: 0, underWay: 0, fruitless: undefined });
          // Who ends has told the planner and the workers so.
          if (after !== undefined && ending === undefined) {
            expect(step.acts).toContain('stop_planning');
            expect(step.acts.some((act) => act === 'kill_workers' || act === 'dismiss_workers')).toBe(true);
          }
          ending = after;
          phase = step.phase;
        }
        expect(closes).toBe(phase.kind === 'closed' ? 1 : 0);
      }),
      { numRuns: 10_000 },
    );
  });

  it('drained, ends as interrupted when the last attempt has ended, or as completed when that was the last of all', () => {
    const drained = next(beginning, { kind: 'drain' }, quiet);
    expect(drained).toEqual({ phase: { kind: 'draining', planned: false }, acts: ['stop_planning', 'drain_workers'] });
    expect(next(drained.phase, { kind: 'settled' }, { ...quiet, underWay: 0 }).phase).toMatchObject({ ending: { kind: 'interrupted' } });
    const planned: Phase = { kind: 'draining', planned: true };
    expect(next(planned, { kind: 'settled' }, { ...quiet, underWay: 0, open: 0 }).phase).toMatchObject({ ending: { kind: 'completed' } });
  });

  it('waits for workers to leave, and kills those that do not', () => {
    const { phase } = next({ kind: 'running', planned: true }, { kind: 'settled' }, { ...quiet, underWay: 0, open: 0 });
    expect(phase).toEqual({ kind: 'ending', ending: { kind: 'completed' }, stopBy: 1000 });
    expect(next(phase, { kind: 'tick' }, { ...quiet, now: 1000 }).acts).toEqual([]);
    expect(next(phase, { kind: 'tick' }, { ...quiet, now: 1001 }).acts).toEqual(['kill_workers']);
    expect(next(phase, { kind: 'settled' }, { ...quiet, workers: 0 })).toEqual({
      phase: { kind: 'closed', ending: { kind: 'completed' } },
      acts: ['close'],
    });
  });

  it('with nothing to show for all its mini-batches, has failed', () => {
    const { phase } = next({ kind: 'running', planned: true }, { kind: 'settled' }, { ...quiet, underWay: 0, open: 0, fruitless: 'why' });
    expect(phase).toMatchObject({ ending: { kind: 'failed', error: 'why' } });
  });
});
