import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MiniBatches, type MiniBatchState } from '../../../../src/parallel/record/mini-batches.ts';

/** Around the borders of pages too. */
const index = fc.oneof(fc.nat(20), fc.integer({ min: 16_380, max: 16_390 }), fc.nat(40_000));
const act = fc.oneof(
  fc.record({ kind: fc.constant('done' as const), index, segment: fc.integer({ min: 1, max: 3 }), length: fc.nat(5) }),
  fc.record({
    kind: fc.constantFrom('failed' as const, 'attempt failed' as const, 'reopen' as const),
    index,
    attempt: fc.integer({ min: 1, max: 4 }),
  }),
);

test('is what a plain map of states would be', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
      const miniBatches = new MiniBatches();
      const states = new Map<number, MiniBatchState>();
      const attempts = new Map<number, number>();
      const ends = new Map<number, number>();
      for (const each of acts) {
        if (each.kind === 'done') {
          const offset = ends.get(each.segment) ?? 0;
          ends.set(each.segment, offset + each.length);
          miniBatches.done(each.index, { segment: each.segment, offset, length: each.length, crc: each.index });
          states.set(each.index, { kind: 'done', segment: each.segment, offset, length: each.length });
        } else if (each.kind === 'failed') {
          miniBatches.failed(each.index, each.attempt);
          states.set(each.index, { kind: 'failed' });
          attempts.set(each.index, each.attempt);
        } else if (each.kind === 'attempt failed') {
          miniBatches.attemptFailed(each.index, each.attempt);
          attempts.set(each.index, Math.max(each.attempt, attempts.get(each.index) ?? 0));
        } else {
          miniBatches.reopen(each.index);
          states.set(each.index, { kind: 'open' });
          attempts.delete(each.index);
        }
      }
      for (const { index } of acts) {
        const state = states.get(index) ?? { kind: 'open' };
        expect(miniBatches.state(index)).toEqual(state);
        expect(miniBatches.isOpen(index)).toBe(state.kind === 'open');
        expect(miniBatches.failedAttempts(index)).toBe(attempts.get(index) ?? 0);
        expect(miniBatches.rowsLength(index)).toBe(state.kind === 'done' ? state.length : 0);
        if (state.kind === 'done') expect(miniBatches.rowsCrc(index)).toBe(index);
      }
    }),
  );
});

test('gives the bytes of the finished prefix, in order, in as few ranges as lie behind one another', () => {
  const lengths = fc.array(fc.record({ segment: fc.integer({ min: 1, max: 2 }), length: fc.nat(3), fails: fc.boolean() }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(lengths, fc.nat(60), fc.integer({ min: 1, max: 20 }), (cut, open, most) => {
      const miniBatches = new MiniBatches();
      const ends = new Map<number, number>();
      const bytes: string[] = [];
      for (const [at, { segment, length, fails }] of cut.entries()) {
        if (at === open) continue;
        const offset = ends.get(segment) ?? 0;
        if (fails) miniBatches.failed(at, 1);
        else {
          ends.set(segment, offset + length);
          miniBatches.done(at, { segment, offset, length, crc: at });
          if (at < open) for (let byte = 0; byte < length; byte += 1) bytes.push(`${segment}:${offset + byte}`);
        }
      }
      const found: string[] = [];
      let last = '';
      for (let from = 0; ; ) {
        const next = miniBatches.prefix(from, cut.length, most, ({ segment, offset, length, first }) => {
          expect(`${segment}:${offset}`).not.toBe(last);
          expect(miniBatches.state(first)).toMatchObject({ kind: 'done', segment, offset });
          for (let byte = 0; byte < length; byte += 1) found.push(`${segment}:${offset + byte}`);
          last = `${segment}:${offset + length}`;
        });
        last = '';
        if (next === from) break;
        from = next;
      }
      expect(found).toEqual(bytes);
    }),
  );
});
