import type { Column, Transformation } from '../../../src/data/types.ts';
import { type Case, column, text } from './case.ts';

const convert = (to: Extract<Transformation, { op: 'convert' }>['to']): Transformation => ({
  op: 'convert',
  columns: ['a', 'not there'],
  to,
});
const boolean = (mismatchAs: 'true' | 'false' | 'error') => convert({ type: 'boolean', trueValues: ['y'], falseValues: ['n'], mismatchAs });
const nullable = (type: Column['type']): Column[] => [column('a', type, true)];

export const conversions: readonly Case[] = [
  {
    name: 'text to integer',
    columns: [text('a')],
    content: '6.9\n1e3\n" "\n-7\n',
    steps: [convert({ type: 'integer' })],
    output: nullable('bigint'),
    gives: [['Int64'], ['6'], ['1000'], [null], ['-7']],
  },
  {
    name: 'text that is no integer',
    columns: [text('a')],
    content: '1\n1_0\n',
    steps: [convert({ type: 'integer' })],
    output: nullable('bigint'),
    gives: `:3: column "a": "1_0" cannot become an integer`,
  },
  {
    name: 'infinity is no integer',
    columns: [column('a', 'float', true)],
    content: '1\ninf\n',
    steps: [convert({ type: 'integer' })],
    output: nullable('bigint'),
    gives: `:3: column "a": "inf" cannot become an integer`,
  },
  {
    name: 'text to float',
    columns: [text('a')],
    content: '6.9\ninf\n\nx\n',
    steps: [convert({ type: 'float' })],
    output: nullable('float'),
    gives: `:5: column "a": "x" cannot become a number`,
  },
  {
    name: 'boolean to float',
    columns: [column('a', 'boolean', true)],
    content: 'true\nfalse\nNA\n',
    steps: [convert({ type: 'float' })],
    output: nullable('float'),
    gives: [['float64'], [1], [0], [null]],
  },
  {
    name: 'float to text',
    columns: [column('a', 'float', true)],
    content: '1.0\n1e20\nNA\n1.5\n',
    steps: [convert({ type: 'string' })],
    output: [text('a')],
    gives: [['str'], ['1'], ['100000000000000000000'], [null], ['1.5']],
  },
  {
    name: 'boolean to text',
    columns: [column('a', 'boolean')],
    content: 'true\n',
    steps: [convert({ type: 'string' })],
    output: [text('a')],
    gives: [['str'], ['True']],
  },
  {
    name: 'text to boolean',
    columns: [text('a')],
    content: 'y\nn\nNA\nq\n',
    steps: [boolean('true')],
    output: nullable('boolean'),
    gives: [['object'], [true], [false], [null], [true]],
  },
  {
    name: 'text that is no boolean',
    columns: [text('a')],
    content: 'y\nq\n',
    steps: [boolean('error')],
    output: nullable('boolean'),
    gives: `:3: column "a": "q" cannot become a boolean`,
  },
  {
    name: 'number to boolean',
    columns: [column('a', 'float', true)],
    content: '0\n-3\nNA\n',
    steps: [boolean('error')],
    output: nullable('boolean'),
    gives: [['object'], [false], [true], [null]],
  },
  {
    name: 'text to datetime',
    columns: [text('a')],
    content: ' 03.04.2020\n\n',
    steps: [convert({ type: 'datetime', formats: ['%Y', '%d.%m.%Y'] })],
    output: nullable('datetime'),
    gives: [['datetime64[ns]'], ['2020-04-03 00:00:00']],
  },
  {
    name: 'a time on a constant date',
    columns: [text('a')],
    content: '03:04\n',
    steps: [convert({ type: 'datetime', formats: ['%H:%M'], dateConstant: '2020-01-02' })],
    output: nullable('datetime'),
    gives: [['datetime64[ns]'], ['2020-01-02 03:04:00']],
  },
  {
    name: 'text in no format',
    columns: [text('a')],
    content: '5\n',
    steps: [convert({ type: 'datetime', formats: ['%d.%m.%Y'] })],
    output: nullable('datetime'),
    gives: `:2: column "a": "5" cannot become a date-time by %d.%m.%Y`,
  },
  {
    name: 'columns from the path stand around the others',
    columns: [text('a'), text('b')],
    content: '1,2\n3,4\n',
    slice: { constants: ['007', '2020-01-02T00:00:00Z'] },
    steps: [
      { op: 'keep_columns', columns: ['b', 'not there', 'a'] },
      { op: 'drop_columns', columns: ['b', 'not there'] },
      { op: 'constant_columns', columns: [text('k'), column('d', 'datetime')], first: false },
    ],
    output: [text('a'), text('k'), column('d', 'datetime')],
    gives: [
      ['str', 'str', 'datetime64[ns]'],
      ['1', '007', '2020-01-02 00:00:00'],
      ['3', '007', '2020-01-02 00:00:00'],
    ],
  },
];
