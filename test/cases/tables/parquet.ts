import { type Case, column, text } from './case.ts';

const format = { kind: 'parquet' } as const;
const many = 'SELECT i::INTEGER AS i, i % 3 AS k FROM range(100) t(i)';

export const parquetCases: readonly Case[] = [
  {
    name: 'numbers, booleans and text, with nulls',
    columns: [column('i', 'integer'), column('n', 'integer', true), column('f', 'float', true), column('b', 'boolean', true), text('s')],
    format,
    content: `SELECT * FROM (VALUES (1::INTEGER, 5::BIGINT, 1.5::DOUBLE, true, 'x'), (2, NULL, 'inf', NULL, NULL)) t(i, n, f, b, s)`,
    slice: { kind: 'rows', start: 0, end: 2 },
    gives: [
      ['int32', 'float64', 'float64', 'object', 'str'],
      [1, 5, 1.5, true, 'x'],
      [2, null, 'inf', null, null],
    ],
  },
  {
    name: 'integers of 64 bits, without a loss',
    columns: [column('b', 'bigint', true), column('u', 'ubigint')],
    format,
    content: 'SELECT * FROM (VALUES (9007199254740993::BIGINT, 18446744073709551615::UBIGINT), (NULL, 7)) t(b, u)',
    slice: { kind: 'rows', start: 0, end: 2 },
    gives: [
      ['Int64', 'uint64'],
      ['9007199254740993', '18446744073709551615'],
      [null, '7'],
    ],
  },
  {
    name: 'dates and times',
    columns: [column('d', 'datetime', true), column('t', 'datetime')],
    format,
    content: `SELECT * FROM (VALUES (DATE '2020-01-02', TIMESTAMP '2020-01-02 03:04:05'), (NULL, '1969-12-31 23:59:59')) t(d, t)`,
    slice: { kind: 'rows', start: 0, end: 2 },
    gives: [
      ['datetime64[ms]', 'datetime64[us]'],
      ['2020-01-02 00:00:00', '2020-01-02 03:04:05'],
      [null, '1969-12-31 23:59:59'],
    ],
  },
  {
    name: 'moments to the microsecond and the nanosecond',
    columns: [column('u', 'datetime', true), column('n', 'datetime')],
    format,
    content: `SELECT * FROM (VALUES (TIMESTAMP '2020-01-02 03:04:05.123456', TIMESTAMP_NS '2020-01-02 03:04:05.123456789'), (NULL, '1969-12-31 23:59:59.000000001')) t(u, n)`,
    slice: { kind: 'rows', start: 0, end: 2 },
    gives: [
      ['datetime64[us]', 'datetime64[ns]'],
      ['2020-01-02 03:04:05.123456', '2020-01-02 03:04:05.123456789'],
      [null, '1969-12-31 23:59:59.000000001'],
    ],
  },
  {
    name: 'decimals: short ones as numbers, long ones as text',
    columns: [column('p', 'float'), text('w')],
    format,
    content: 'SELECT 1.25::DECIMAL(9, 2) AS p, 12345678901234567.5::DECIMAL(20, 1) AS w',
    slice: { kind: 'rows', start: 0, end: 1 },
    gives: [
      ['float64', 'str'],
      [1.25, '12345678901234567.5'],
    ],
  },
  {
    name: 'lists and objects',
    columns: [column('l', 'object', true), column('o', 'object', true)],
    format,
    content: `SELECT * FROM (VALUES ([1, 2], {'a': 1, 'b': [true]}), (NULL, NULL)) t(l, o)`,
    slice: { kind: 'rows', start: 0, end: 2 },
    gives: [
      ['object', 'object'],
      [[1, 2], { a: 1, b: [true] }],
      [null, null],
    ],
  },
  {
    name: 'a range of rows, of the columns that are wanted, with what the path says',
    columns: [column('i', 'integer'), column('k', 'integer')],
    format,
    content: many,
    slice: { kind: 'rows', start: 97, end: 100, constants: ['north'] },
    steps: [
      { op: 'keep_columns', columns: ['i'] },
      { op: 'constant_columns', columns: [text('region', false)], first: true },
      { op: 'filter', expression: { kind: 'binary', op: '>', left: { kind: 'column', name: 'i' }, right: { kind: 'value', value: 97 } } },
    ],
    output: [text('region', false), column('i', 'integer')],
    gives: [
      ['str', 'int32'],
      ['north', 98],
      ['north', 99],
    ],
  },
  {
    name: 'no row that is wanted',
    columns: [column('i', 'integer'), column('k', 'integer')],
    format,
    content: many,
    slice: { kind: 'rows', start: 5, end: 5 },
    gives: [['int32', 'int64']],
  },
  {
    name: 'more rows than there are',
    columns: [column('i', 'integer'), column('k', 'integer')],
    format,
    content: many,
    slice: { kind: 'rows', start: 90, end: 101 },
    gives: ': rows 91 to 101 cannot be read: the file has 100 rows: it has changed since it was planned',
  },
  {
    name: 'a file that is not there',
    columns: [column('i', 'integer')],
    format,
    content: many,
    slice: { kind: 'rows', path: 'nowhere.parquet', start: 0, end: 1 },
    gives: 'nowhere.parquet: rows 1 to 1 cannot be read: ',
  },
  {
    name: 'a file that is not the one that was planned',
    columns: [column('i', 'integer')],
    format,
    content: 'SELECT 1::INTEGER AS i',
    slice: { kind: 'rows', start: 0, end: 1, version: '1-2-3' },
    gives: 'it has changed since it was planned',
  },
  {
    name: 'texts short and long, again and again',
    columns: [text('s')],
    format,
    content: `SELECT CASE i % 8 WHEN 0 THEN 'x' WHEN 1 THEN '' WHEN 2 THEN NULL WHEN 3 THEN 'éé😀' WHEN 4 THEN 'twelve bytes' WHEN 5 THEN 'thirteen byte'
      WHEN 6 THEN 'x' || chr(0) ELSE 'n' || i END AS s FROM range(3000) t(i)`,
    slice: { kind: 'rows', start: 2490, end: 2506 },
    gives: [
      ['str'],
      ...[2490, 2498].flatMap((n) => [[null], ['éé😀'], ['twelve bytes'], ['thirteen byte'], ['x\0'], [`n${n + 5}`], ['x'], ['']]),
    ],
  },
];
