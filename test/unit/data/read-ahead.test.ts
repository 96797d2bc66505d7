import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAhead } from '../../../src/data/table/read-ahead.ts';

test('gives every item once, in order, and never holds more streams than asked', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.integer())), fc.integer({ min: 1, max: 5 }), async (lists, ahead) => {
      let open = 0;
      let most = 0;
      async function* stream(list: readonly number[]): AsyncGenerator<number> {
        open += 1;
        most = Math.max(most, open);
        try {
          yield* list;
        } finally {
          open -= 1;
        }
      }
      const got: number[] = [];
      for await (const item of readAhead(lists.map(stream), ahead)) got.push(item);
      expect(got).toEqual(lists.flat());
      expect(open).toBe(0);
      expect(most).toBeLessThanOrEqual(ahead);
    }),
  );
});

test('closes what it has begun when its reader stops, or a stream fails', async () => {
  let open = 0;
  async function* stream(item: number): AsyncGenerator<number> {
    open += 1;
    try {
      if (item === 3) throw new Error('three');
      yield item;
    } finally {
      open -= 1;
    }
  }
  for await (const item of readAhead([1, 2, 4, 5].map(stream), 3)) if (item === 2) break;
  expect(open).toBe(0);
  await expect(
    (async () => {
      for await (const item of readAhead([1, 2, 3, 4, 5].map(stream), 4)) expect(item).toBeLessThan(3);
    })(),
  ).rejects.toThrow('three');
  expect(open).toBe(0);
});
