import { type Case, column, integerAndText, text } from './case.ts';

export const delimited: readonly Case[] = [
  {
    name: 'quotes, nulls, short rows and empty lines as pandas has them',
    columns: integerAndText,
    content: '1,x\n2,"y,\nz"\n3,\n4\n\n  \n5,NA\n6,"NA"\r\n',
    gives: [
      ['int64', 'str'],
      [1, 'x'],
      [2, 'y,\nz'],
      [3, null],
      [4, null],
      [5, null],
      [6, null],
    ],
  },
  {
    name: 'text that looks like numbers stays text',
    columns: integerAndText,
    content: '1,007\n2,08\n',
    gives: [
      ['int64', 'str'],
      [1, '007'],
      [2, '08'],
    ],
  },
  {
    name: 'text that is null throughout the slice',
    columns: integerAndText,
    content: '1,\n2,\n',
    gives: [
      ['int64', 'str'],
      [1, null],
      [2, null],
    ],
  },
  {
    name: 'integers that may be null are float64, larger ones Int64 without a loss',
    columns: [column('a', 'integer', true), column('b', 'bigint', true), column('c', 'ubigint'), column('d', 'bigint')],
    content: '1,9007199254740993,18446744073709551615,-9223372036854775808\n,,1,2\n',
    gives: [
      ['float64', 'Int64', 'uint64', 'int64'],
      [1, '9007199254740993', '18446744073709551615', '-9223372036854775808'],
      [null, null, '1', '2'],
    ],
  },
  {
    name: 'booleans, with nulls as objects',
    columns: [column('a', 'boolean', true), column('b', 'boolean')],
    content: 'True,true\n,False\n',
    gives: [
      ['object', 'bool'],
      [true, true],
      [null, false],
    ],
  },
  {
    name: 'a file whose header is in another order, with a column missing',
    columns: [text('a'), column('b', 'integer'), text('c')],
    content: '5,x\n',
    slice: { fields: [1, 0] },
    gives: [
      ['str', 'int64', 'str'],
      ['x', 5, null],
    ],
  },
  { name: 'no rows', columns: integerAndText, content: '', gives: [['int64', 'str']] },
  {
    name: 'windows-1252',
    columns: integerAndText,
    content: Buffer.from('1,\xe9\x80\x81\n', 'latin1'),
    form: { encoding: 'windows-1252' },
    gives: [
      ['int64', 'str'],
      [1, 'é€\x81'],
    ],
  },
  {
    name: 'utf-16le',
    columns: integerAndText,
    content: Buffer.from('1,é\n', 'utf16le'),
    form: { encoding: 'utf-16le' },
    gives: [
      ['int64', 'str'],
      [1, 'é'],
    ],
  },
  {
    name: 'a row that is too long',
    columns: integerAndText,
    content: '1,2\n2,3,4\n',
    gives: ':3: the row has 3 cells where 2 are expected: "2", "3", "4".',
  },
  {
    name: 'a first row that is too long',
    columns: integerAndText,
    content: '1,2,3\n2,3\n',
    gives: ':2: the row has 3 cells where 2 are expected',
  },
  {
    name: 'a short row, where that is an error',
    columns: integerAndText,
    content: '1,"a,b"\n\n2\n',
    form: { shortRows: 'error' },
    gives: ':4: the row has 1 cell where 2 are expected',
  },
  {
    name: 'commas inside quotes make no short row',
    columns: integerAndText,
    content: '1,"a,b"\n2,c\n',
    form: { shortRows: 'error' },
    gives: [
      ['int64', 'str'],
      [1, 'a,b'],
      [2, 'c'],
    ],
  },
  {
    name: 'a misfit',
    columns: integerAndText,
    content: '1,"two\nlines"\nx,3\n',
    gives: `:4: column "a": "x" is not an integer. Types come from a sample.`,
  },
  {
    name: 'a fraction among integers that may be null',
    columns: [column('a', 'integer', true)],
    content: '1\n1.5\n',
    gives: `:3: column "a": "1.5" is not an integer`,
  },
  { name: 'a null where none can be', columns: integerAndText, content: '1,2\n,3\n', gives: ':3: column "a": null is not an integer' },
  { name: 'a null text where none can be', columns: [text('a', false)], content: 'x\n""\n', gives: ':3: column "a": null is not text' },
  {
    name: 'a word of another kind among booleans',
    columns: [column('a', 'boolean', true)],
    content: 'True\nYes\n',
    gives: `:3: column "a": "Yes" is not a boolean`,
  },
  {
    name: 'bytes that are no UTF-8',
    columns: integerAndText,
    content: Buffer.from('1,ok\n2,\xff\n', 'latin1'),
    gives: ':3: byte 12 of the file is 0xff, which is not utf-8. The encoding is taken to be utf-8.',
  },
  { name: 'a NUL character', columns: integerAndText, content: '1,a\0b\n', gives: ':2: byte 8 of the file is NUL' },
  {
    name: 'a quote that is never closed',
    columns: integerAndText,
    content: '1,x\n2,"abc\n',
    gives: ':3: a quote opens in this line and is never closed.',
  },
  { name: 'a file that is not there', columns: integerAndText, content: '', slice: { path: 'nowhere.csv' }, gives: 'nowhere.csv' },
];
