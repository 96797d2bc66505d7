import { describe, expect, test } from 'vitest';
import { DataError } from '../../../src/data/read/data-error.ts';
import { Table } from '../../../src/data/read/table.ts';
import { csv } from './support.ts';

interface Sale {
  readonly store: string;
  readonly price: number;
  readonly sold: number | null;
}

const table = new Table<Sale>({
  columns: [
    { name: 'store', type: 'string', nullable: false },
    { name: 'price', type: 'float', nullable: false },
    { name: 'sold', type: 'integer', nullable: true },
  ],
  values: [
    ['a', 'b'],
    [1.5, 2],
    [null, 7],
  ],
  length: 2,
  locate: async (_row, message) => new DataError(message),
});

describe('a table', () => {
  test('gives plain objects, one by one, by index or all', () => {
    const rows = [
      { store: 'a', price: 1.5, sold: null },
      { store: 'b', price: 2, sold: 7 },
    ];
    expect([...table]).toEqual(rows);
    expect(table.toArray()).toEqual(rows);
    expect([table.at(0), table.at(1), table.at(2), table.at(-1)]).toEqual([...rows, undefined, undefined]);
    expect(Object.getPrototypeOf(table.at(0))).toBe(Object.prototype);
    expect(table.length).toBe(2);
  });

  test('gives columns: typed where there are no nulls, the same each time', () => {
    expect(table.column('price')).toEqual(Float64Array.of(1.5, 2));
    expect(table.column('price')).toBe(table.column('price'));
    expect(table.column('sold')).toEqual([null, 7]);
    expect(() =>
      new Table<Record<string, unknown>>({ columns: [], values: [], length: 0, locate: async () => new DataError('') }).column('x'),
    ).toThrow(/no column "x"/);
  });

  test('names are only names', async () => {
    const { rows } = await csv('__proto__,a"b,`${x}`,constructor\n1,2,3,4\n');
    expect(Object.entries(rows[0] ?? {})).toEqual([
      ['__proto__', 1],
      ['a"b', 2],
      ['`${x}`', 3],
      ['constructor', 4],
    ]);
  });
});
