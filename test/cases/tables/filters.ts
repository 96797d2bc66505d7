import type { Column, FilterExpression } from '../../../src/data/types.ts';
import { type Case, column, text } from './case.ts';

const col = (name: string): FilterExpression => ({ kind: 'column', name });
const val = (value: string | number | boolean | null): FilterExpression => ({ kind: 'value', value });
type Binary = Extract<FilterExpression, { kind: 'binary' }>['op'];
const is = (left: FilterExpression, op: Binary, right: FilterExpression): FilterExpression => ({ kind: 'binary', op, left, right });
const not = (operand: FilterExpression): FilterExpression => ({ kind: 'unary', op: 'not', operand });

const filters: readonly (readonly [name: string, expression: FilterExpression, kept: readonly number[]])[] = [
  ['a comparison', is(col('v'), '>', val(1)), [2, 4]],
  ['null is not kept by not', not(is(col('v'), '>', val(1))), [1]],
  ['null is not unequal', is(col('s'), '!=', val('ab')), [2, 3]],
  ['startswith', is(col('s'), 'startswith', val('a')), [1, 2]],
  ['or knows what is true beside null', is(is(col('s'), '==', val('b')), 'or', is(col('v'), '>', val(3))), [3, 4]],
  ['and', is(is(col('s'), '>=', val('ab')), 'and', is(col('v'), '<', val(2))), [1]],
  ['remainder', is(is(col('v'), '%', val(2)), '==', val(0)), [2, 4]],
  ['the remainder has the sign of the divisor', is(is(is(val(0), '-', col('v')), '%', val(3)), '==', val(2)), [1, 4]],
  ['division by zero is null', not(is(is(val(1), '/', is(col('v'), '-', val(1))), '>', val(0.5))), [4]],
  ['a column that is not there is null', not(is(col('nope'), '==', val('x'))), []],
  ['what is not a number is null', not(is(col('w'), '>', val(1))), [1]],
  ['nor is what comes of it one', not(is(is(col('w'), '+', val(1)), '>', val(5))), [1, 4]],
  ['dates', is(col('d'), '<', { kind: 'datetime', value: '2020-01-03T00:00:00Z' }), [1, 2]],
  ['a boolean is a number', is(col('b'), '==', val(1)), [1, 4]],
  ['a boolean alone', not(col('b')), [2]],
];

const filterColumns: Column[] = [
  column('n', 'integer'),
  column('v', 'float', true),
  text('s'),
  { name: 'd', type: 'datetime', nullable: true, formats: ['%Y-%m-%d'] },
  column('b', 'boolean', true),
  column('w', 'float', true),
];

const expressions: readonly Case[] = filters.map(([name, expression, kept]) => ({
  name,
  columns: filterColumns,
  content: '1,1,ab,2020-01-01,True,1\n2,2,ac,2020-01-02,False,nan\n3,,b,,,\n4,4,,2020-01-04,True,4\n',
  steps: [
    { op: 'filter', expression },
    { op: 'keep_columns', columns: ['n'] },
  ],
  output: [column('n', 'integer')],
  gives: [['int64'], ...kept.map((n) => [n])],
}));

export const filterCases: readonly Case[] = [
  ...expressions,
  {
    name: 'values that have no order',
    columns: [column('o', 'object', true)],
    content: '{"o": 2}\n{"o": 1}\n{"o": "x"}\n',
    format: { kind: 'json_lines', encoding: 'utf-8', badRows: 'error' },
    steps: [{ op: 'filter', expression: is(col('o'), '>', val(1)) }],
    gives: ':4: the filter asks whether "x" > 1, which are not of one kind.',
  },
  {
    name: 'values of unlike kinds are not equal',
    columns: [column('o', 'object', true)],
    content: '{"o": 1}\n{"o": "1"}\n{"o": null}\n{"o": [1]}\n',
    format: { kind: 'json_lines', encoding: 'utf-8', badRows: 'error' },
    steps: [{ op: 'filter', expression: is(col('o'), '!=', val(1)) }],
    gives: [['object'], ['1'], [[1]]],
  },
];
