import { type Case, column, type Form, integerAndText, text } from './case.ts';

const mlTable: Form = {
  quotedNulls: false,
  nulls: [''],
  bareCarriageReturn: false,
  blankLinesAreEmpty: false,
  multiline: false,
  trueValues: ['true', 'True', '1'],
  falseValues: ['false', '0'],
};

export const mlTableText: readonly Case[] = [
  {
    name: 'a quoted empty cell is text, an empty one null; blanks are a row; a carriage return is text',
    columns: [column('a', 'integer'), text('b')],
    content: '1,""\n2,\n3,"a""b"\r\n4,"x,"",y"\n5,p\rq\n',
    form: mlTable,
    gives: [
      ['int64', 'str'],
      [1, ''],
      [2, null],
      [3, 'a"b'],
      [4, 'x,",y'],
      [5, 'p\rq'],
    ],
  },
  {
    name: 'a line of blanks is a row',
    columns: [text('a')],
    content: 'x\n  \n\n""\n',
    form: mlTable,
    gives: [['str'], ['x'], ['  '], ['']],
  },
  {
    name: 'line ends and blank lines inside quotes belong to the cell',
    columns: integerAndText,
    content: '1,"a\r\nb"\r\n2,"c\n  \nd"\r\n3,"e ""\r\n"\r\n4,\r\n',
    form: { ...mlTable, multiline: true },
    gives: [
      ['int64', 'str'],
      [1, 'a\r\nb'],
      [2, 'c\n  \nd'],
      [3, 'e "\r\n'],
      [4, null],
    ],
  },
  {
    name: 'a line of blanks is a row there too',
    columns: [text('a')],
    content: '"x\ny"\r\n  \r\n\t\n""\n \n',
    form: { ...mlTable, multiline: true },
    gives: [['str'], ['x\ny'], ['  '], ['\t'], [''], [' ']],
  },
  {
    name: 'a quote that is not closed in its line is text',
    columns: integerAndText,
    content: '1,"B\n2,C"\n3,"q"\n',
    form: mlTable,
    gives: [
      ['int64', 'str'],
      [1, '"B'],
      [2, 'C"'],
      [3, 'q'],
    ],
  },
  {
    name: 'booleans by its own spellings, blanks around them dropped',
    columns: [column('a', 'boolean', true), column('b', 'boolean')],
    content: '1, true\n,0\n',
    form: mlTable,
    gives: [
      ['object', 'bool'],
      [true, true],
      [null, false],
    ],
  },
  {
    name: 'numbers in all their forms',
    columns: [column('a', 'float', true)],
    content: 'NaN\n\n-inf\n.5\n 1e3 \n+7\n-nan\n',
    form: mlTable,
    gives: [['float64'], [null], ['-inf'], [0.5], [1000], [7], [null]],
  },
  {
    name: 'dates by the first format that fits, offsets applied',
    columns: [{ name: 'd', type: 'datetime', nullable: true, formats: ['%d/%m/%Y', '%Y-%m-%d %H:%M:%S%z'] }, text('x')],
    content: ' 01/02/2020 ,1\n2020-01-02 03:04:05+02:00,2\n,3\n',
    form: mlTable,
    gives: [
      ['datetime64[ns]', 'str'],
      ['2020-02-01 00:00:00', '1'],
      ['2020-01-02 01:04:05', '2'],
      [null, '3'],
    ],
  },
  {
    name: 'a date in no format of the column',
    columns: [{ name: 'd', type: 'datetime', nullable: true, formats: ['%m/%d/%Y'] }],
    content: '01/02/2020\n13/02/2020\n',
    form: mlTable,
    gives: `:3: column "d": "13/02/2020" is not a date`,
  },
  {
    name: 'a date before 1677',
    columns: [{ name: 'd', type: 'datetime', nullable: true, formats: ['%Y-%m-%d'] }],
    content: '1066-10-14\n',
    form: mlTable,
    gives: '"1066-10-14" is not a date-time',
    inTypeScript: [['datetime64[ns]'], ['1066-10-14 00:00:00']],
  },
];
