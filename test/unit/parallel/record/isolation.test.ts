import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Isolation, partAt } from '../../../../src/parallel/record/isolation.ts';

const rows = { segment: 1, offset: 0, length: 0, crc: 0, returned: 0 };

/** Tries parts until none is open; returns how many were tried. */
function settle(isolation: Isolation, bad: ReadonlySet<number>): number {
  let tried = 0;
  for (let [part] = isolation.open; part !== undefined; [part] = isolation.open) {
    tried += 1;
    const { number, from, to } = part;
    const isBad = Array.from({ length: to - from }, (_, at) => from + at).some((item) => bad.has(item));
    if (!isBad) isolation.isDone(number, { ...rows, offset: from, length: to - from, items: to - from });
    else if (to - from > 1) isolation.split(number);
    else isolation.isFailed(number, 1);
  }
  return tried;
}

test('the bad items are found, all others are kept in their order, and at most 2n parts are tried', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), fc.array(fc.nat(299), { maxLength: 20 }), (items, wanted) => {
      const bad = new Set(wanted.filter((item) => item < items));
      const isolation = new Isolation(items, 3);
      expect(settle(isolation, bad)).toBeLessThanOrEqual(Math.min(2 * items, 2 + 2 * bad.size * Math.ceil(Math.log2(items))));
      expect(isolation.failed.map(({ from }) => from)).toEqual([...bad].sort((a, b) => a - b));
      const kept = isolation.rows.flatMap(({ offset, length }) => Array.from({ length }, (_, at) => offset + at));
      expect(kept).toEqual(Array.from({ length: items }, (_, item) => item).filter((item) => !bad.has(item)));
    }),
  );
});

test('every item failing costs 2n - 2 parts', () => {
  for (const items of [2, 3, 7, 64, 100]) expect(settle(new Isolation(items, 1), new Set(Array(items).keys()))).toBe(2 * items - 2);
});

test('halves of a part meet without a gap, have no fewer than one item each, and their numbers fit the ledger', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 2 ** 28 }), fc.array(fc.boolean(), { maxLength: 40 }), (items, turns) => {
      let part = partAt(items, 1);
      expect(part).toEqual({ number: 1, from: 0, to: items });
      for (const right of turns) {
        if (part.to - part.from === 1) break;
        const [one, other] = [partAt(items, 2 * part.number), partAt(items, 2 * part.number + 1)];
        expect([one.from, one.to, other.to]).toEqual([part.from, other.from, part.to]);
        expect(Math.min(one.to - one.from, other.to - other.from)).toBeGreaterThan(0);
        part = right ? other : one;
      }
      expect(part.number).toBeLessThan(2 ** 32);
    }),
  );
});

test('no attempt at a part has the number of another attempt', () => {
  const isolation = new Isolation(10, 3);
  expect(isolation.partOf(3)).toBeUndefined();
  for (const number of [2, 3, 4, 19]) expect(isolation.partOf(isolation.attemptOf(number))?.number).toBe(number);
});
