import type { Column, FilterExpression } from '../../../../../src/data/types.ts';
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
  ['the remainder has the sign of the dividend', is(is(is(val(0), '-', col('v')), '%', val(3)), '<', val(0)), [1, 2, 4]],
  ['division by zero is null', not(is(is(val(1), '/', is(col('v'), '-', val(1))), '>', val(0.5))), [4]],
  ['a column that is not there is null', not(is(col('nope'), '==', val('x'))), []],
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
];

export const filterCases: readonly Case[] = filters.map(([name, expression, kept]) => ({
  name,
  columns: filterColumns,
  content: '1,1,ab,2020-01-01,True\n2,2,ac,2020-01-02,False\n3,,b,,\n4,4,,2020-01-04,True\n',
  steps: [
    { op: 'filter', expression },
    { op: 'keep_columns', columns: ['n'] },
  ],
  output: [column('n', 'integer')],
  gives: [['int64'], ...kept.map((n) => [n])],
}));
