import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinedColumns, kindOf, parquetColumnsIn, union } from '../../../../src/workers/protocol/parquet-columns.ts';

const types = [
  'NULL',
  'TINYINT',
  'INTEGER',
  'BIGINT',
  'UTINYINT',
  'UINTEGER',
  'UBIGINT',
  'FLOAT',
  'DOUBLE',
  'DECIMAL(38,2)',
  'DECIMAL(38,5)',
];
const others = ['VARCHAR', 'BOOLEAN', 'DATE', 'TIMESTAMP', 'TIMESTAMP_NS', 'TIMESTAMPTZ', 'TIME', 'BLOB', 'JSON'];
const type = fc.constantFrom(...types, ...others);

test('the order in which types are met does not matter', () => {
  fc.assert(
    fc.property(type, type, type, (a, b, c) => {
      expect(union(a, b)).toBe(union(b, a));
      const [left, right] = [union(a, b), union(b, c)];
      const all = (x: string | undefined, y: string) => (x === undefined ? undefined : union(x, y));
      expect(all(left, c)).toBe(all(right, a));
      expect(union(a, a)).toBe(a);
      expect(union(a, b) !== undefined).toBe(kindOf(a) === undefined || kindOf(b) === undefined || kindOf(a) === kindOf(b));
    }),
  );
});

test.each([
  ['BIGINT', 'DOUBLE', 'DOUBLE'],
  ['UTINYINT', 'TINYINT', 'SMALLINT'],
  ['UBIGINT', 'BIGINT', 'DECIMAL(38,0)'],
  ['INTEGER', 'DECIMAL(38,2)', 'DECIMAL(38,2)'],
  ['DATE', 'TIMESTAMP_NS', 'TIMESTAMP_NS'],
  ['NULL', 'JSON', 'JSON'],
  ['VARCHAR', 'BIGINT', undefined],
  ['TIMESTAMP', 'TIMESTAMPTZ', undefined],
])('%s and %s: %s', (left, right, both) => {
  expect(union(left, right)).toBe(both);
});

test('what a script writes to where workers report is no query', () => {
  expect(parquetColumnsIn('{"columns":[["a","BIGINT)) TO x"]],"longest":1}')).toBeUndefined();
  expect(parquetColumnsIn('nonsense')).toBeUndefined();
  const told = parquetColumnsIn('{"columns":[["a","DECIMAL(38,2)"]],"longest":1}');
  expect(told && joinedColumns(told, { columns: [['b', 'BIGINT']], longest: 1 })).toContain('different columns');
});
