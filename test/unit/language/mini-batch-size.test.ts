import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DEFAULT_SIZE,
  filesOf,
  type MiniBatchSize,
  miniBatchSizeText,
  parseMiniBatchSize,
  sizeFor,
  tableSizeOf,
} from '../../../src/language/mini-batch-size.ts';

const size = (text: string | number): MiniBatchSize => {
  const parsed = parseMiniBatchSize(text);
  if (parsed === undefined) throw new Error(`${text} is no size`);
  return parsed;
};

test.each([
  ['0', 1048576],
  ['100', 100],
  ['10kb', 10240],
  ['2MB', 2097152],
  ['1Gb', 1073741824],
])('%s of a table is %d bytes', (text, bytes) => {
  expect(tableSizeOf(size(text))).toEqual({ kind: 'bytes', bytes });
});

test.each(['100rows', '100 rows', '100 ROWS', '100row'])('%s are rows of a table, and no number of files', (text) => {
  expect(tableSizeOf(size(text))).toEqual({ kind: 'rows', rows: 100 });
  expect(filesOf(size(text))).toBeUndefined();
});

test.each([
  '10xb',
  '-1',
  '1.5',
  '10 kb',
  '5tb',
  '',
  'kb',
  '99999999999gb',
  '1kbkb',
  '1b',
  '5  rows',
  'rows',
  '1.5 rows',
  '9007199254740992 rows',
  '9007199254740992',
])('%j is no size', (text) => {
  expect(parseMiniBatchSize(text)).toBeUndefined();
});

test.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e21])('%d is no size', (number) => {
  expect(parseMiniBatchSize(number)).toBeUndefined();
});

test.each([0, '0', '000', '0kb'])('%j is not given: 10 files, or 1 MB', (text) => {
  expect(size(text)).toEqual(DEFAULT_SIZE);
  expect([filesOf(size(text)), tableSizeOf(size(text)), miniBatchSizeText(size(text))]).toEqual([
    10,
    { kind: 'bytes', bytes: 1048576 },
    undefined,
  ]);
});

const sizes = fc.oneof(
  fc.constant<MiniBatchSize>(DEFAULT_SIZE),
  fc.integer({ min: 1 }).map((number): MiniBatchSize => ({ kind: 'number', number })),
  fc.integer({ min: 1 }).map((rows): MiniBatchSize => ({ kind: 'rows', rows })),
  fc
    .tuple(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(1024, 1024 ** 2, 1024 ** 3))
    .map(([count, unit]): MiniBatchSize => ({ kind: 'bytes', bytes: count * unit })),
);

test('what is written is read back as the same', () => {
  fc.assert(
    fc.property(sizes, (one) => {
      expect(size(miniBatchSizeText(one) ?? 0)).toEqual(one);
    }),
  );
});

test('sizes that cut the same input alike are one, and no others', () => {
  fc.assert(
    fc.property(sizes, sizes, (one, other) => {
      expect(JSON.stringify(sizeFor('table', one)) === JSON.stringify(sizeFor('table', other))).toBe(
        JSON.stringify(tableSizeOf(one)) === JSON.stringify(tableSizeOf(other)),
      );
      const [mine, others] = [filesOf(one), filesOf(other)];
      if (mine === undefined || others === undefined) return;
      expect(JSON.stringify(sizeFor('files', one)) === JSON.stringify(sizeFor('files', other))).toBe(mine === others);
    }),
  );
});
