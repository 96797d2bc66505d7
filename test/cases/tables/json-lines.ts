import type { TableReader } from '../../../src/data/types.ts';
import { type Case, column, text } from './case.ts';

const jsonLines = (badRows: 'error' | 'drop' = 'error'): TableReader['format'] => ({ kind: 'json_lines', encoding: 'utf-8', badRows });

export const jsonLinesCases: readonly Case[] = [
  {
    name: 'values of every kind; missing keys are null',
    columns: [
      column('i', 'integer', true),
      text('s'),
      column('o', 'object', true),
      column('f', 'float', true),
      column('b', 'boolean', true),
      column('n', 'bigint', true),
    ],
    content: '{"i":1,"s":"x","o":[1],"f":1,"b":true,"n":1152921504606846977}\n\n{"s":"2.5","o":{"k":null},"f":1.5}\r\n',
    format: jsonLines(),
    gives: [
      ['float64', 'str', 'object', 'float64', 'object', 'Int64'],
      [1, 'x', [1], 1, true, '1152921504606846977'],
      [null, '2.5', { k: null }, 1.5, null, null],
    ],
  },
  {
    name: 'a number that does not fit',
    columns: [column('a', 'integer')],
    content: '{"a":1}\n\n{"a":1.5}\n',
    format: jsonLines(),
    gives: `:4: column "a": 1.5 is not an integer. Types come`,
  },
  {
    name: 'an integer of more than 64 bits',
    columns: [column('a', 'bigint', true)],
    content: '{"a":9223372036854775808}\n',
    format: jsonLines(),
    gives: `:2: column "a": 9223372036854775808 is not`,
  },
  {
    name: 'a key that is no column',
    columns: [column('a', 'integer')],
    content: '{"a":1,"c":1}\n',
    format: jsonLines(),
    gives: ':2: the key "c" is no column.',
  },
  {
    name: 'a line that is no object',
    columns: [column('a', 'integer')],
    content: '{"a":1}\n[2]\n',
    format: jsonLines(),
    gives: ':3: the line is no JSON object: "[2]".',
  },
  {
    name: 'NaN is no JSON',
    columns: [column('a', 'float')],
    content: '{"a":NaN}\n',
    format: jsonLines(),
    gives: ':2: the line is no JSON object',
  },
  {
    name: 'such lines can be left out',
    columns: [column('a', 'integer')],
    content: '{"a":1}\n[2]\n{x\n{"a":3}\n',
    format: jsonLines('drop'),
    gives: [['int64'], [1], [3]],
  },
];
