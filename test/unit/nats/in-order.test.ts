import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InOrder } from '../../../src/nats/in-order.ts';

test('whatever comes late, early or twice, each message is taken once, and in its turn', () => {
  const arrivals = fc
    .integer({ min: 1, max: 20 })
    .chain((count) =>
      fc
        .tuple(
          fc.constant(count),
          fc.shuffledSubarray(
            Array.from({ length: count }, (_, at) => at + 1),
            { minLength: count },
          ),
          fc.array(fc.integer({ min: 1, max: count })),
        )
        .map(([total, once, again]) => ({ total, arrivals: [...once, ...again] })),
    )
    .chain(({ total, arrivals: all }) => fc.shuffledSubarray(all, { minLength: all.length }).map((order) => ({ total, order })));
  fc.assert(
    fc.property(arrivals, ({ total, order }) => {
      const messages = new InOrder<number>();
      const taken = order.flatMap((number) => messages.take(number, number));
      expect(taken).toEqual(Array.from({ length: total }, (_, at) => at + 1));
    }),
  );
});

test('what waits for others is kept; what came before is not', () => {
  const messages = new InOrder<string>();
  expect(messages.take(2, 'b')).toEqual([]);
  expect(messages.keeps(2)).toBe(true);
  expect(messages.take(1, 'a')).toEqual(['a', 'b']);
  expect(messages.take(1, 'a')).toEqual([]);
  expect(messages.keeps(1)).toBe(false);
});
