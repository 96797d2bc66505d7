import fc from 'fast-check';
import { expect, test } from 'vitest';
import { notDone, rangesOf } from '../../../../src/parallel/record/code-versions.ts';

test('ranges name each mini-batch of a code once, and no other', () => {
  expect(rangesOf(new Uint16Array([0, 0, 0, 1, 0, notDone, 1, 1]), 0)).toBe('0–2, 4');
  expect(rangesOf(new Uint16Array([0, notDone]), 1)).toBe('');
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1, 2, notDone)), fc.nat(2), (codes, code) => {
      const named = rangesOf(Uint16Array.from(codes), code)
        .split(', ')
        .flatMap((range) => {
          if (range === '') return [];
          const [first = 0, last = first] = range.split('–').map(Number);
          return Array.from({ length: last - first + 1 }, (_, place) => first + place);
        });
      expect(named).toEqual(codes.flatMap((each, index) => (each === code ? [index] : [])));
    }),
  );
});
