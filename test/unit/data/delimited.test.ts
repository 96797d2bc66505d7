import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { csv, folder, mltable, planTable, types } from './support.ts';

describe('a plain CSV has the types of pandas', () => {
  test.each([
    ['1\n2', 'x:integer'],
    ['007\n +3 ', 'x:integer'],
    ['1\nNA', 'x:integer?'],
    ['1\n2.5', 'x:float'],
    ['.5\ninf', 'x:float'],
    ['True\nfalse', 'x:boolean'],
    ['True\n""', 'x:boolean?'],
    ['yes\nno', 'x:string'],
    ['2020-01-02\n2020-01-03', 'x:string'],
    ['1\nx', 'x:string'],
    ['0x1\n1', 'x:string'],
    ['9223372036854775807\n1', 'x:bigint'],
    ['18446744073709551615\n1', 'x:ubigint'],
    ['99999999999999999999\n1', 'x:string'],
    ['N/A\nnull', 'x:float?'],
  ])('%j is %s', async (cells, expected) => {
    expect(types((await csv(`x\n${cells}\n`)).columns)).toBe(expected);
  });

  test('values are what the types say', async () => {
    const { rows } = await csv('a,b,c,d\n007,True,1e3,9223372036854775807\nNA,,-inf,1\n');
    expect(rows).toEqual([
      { a: 7, b: true, c: 1000, d: 9223372036854775807n },
      { a: null, b: null, c: Number.NEGATIVE_INFINITY, d: 1n },
    ]);
  });

  test('names: doubles and gaps as pandas names them, a byte order mark is none', async () => {
    expect((await csv('\ufeffa,a,,"b ""c"""\n1,2,3,4\n')).columns.map(({ name }) => name)).toEqual(['a', 'a.1', 'Unnamed: 2', 'b "c"']);
  });

  test('a value far behind the head counts: the whole of a file of some MB is looked at', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => (index === 19_000 ? 'x' : String(index)));
    expect(types((await csv(`x\n${rows.join('\n')}\n`)).columns)).toBe('x:string');
  });

  test('without rows there is no mini-batch', async () => {
    expect((await csv('')).miniBatches).toEqual([]);
    expect((await csv('a,b\n')).miniBatches).toEqual([]);
    expect((await csv('a,b\n\n  \n')).rows).toEqual([]);
  });
});

describe('what cannot be read is told with file and line', () => {
  test.each([
    ['a,b\n1,2\n1,2,3\n', /^a\.csv:3: the row has 3 cells where 2 are expected: "1", "2", "3"\.$/],
    ['a,b\n1,2\n1\n', /^a\.csv:3: the row has 1 cell where 2 are expected/],
    ['a,b\n"1\n2",2\n1,2,3\n', /^a\.csv:4: the row has 3 cells/],
    ['a,b\n1,"2\n3,4\n', /^a\.csv:2: a quote opens in this line and is never closed\.$/],
  ])('%j', async (text, message) => {
    await expect(csv(text)).rejects.toThrow(message);
    await expect(csv(text, '3')).rejects.toThrow(message);
  });

  test.each([
    [Buffer.from('a,b\n1,2\n3,\0\n'), /Byte 10 is NUL, which is no text/],
    [Buffer.from('a,b\n1,caf\xe9\n', 'latin1'), /Byte 9 is 0xe9, which is not UTF-8/],
  ])('bytes that are no text (%#)', async (bytes, message) => {
    await expect(csv(bytes)).rejects.toThrow(message);
  });

  test('a file that changed while the job ran', async () => {
    const planned = await csv('x\n1\n2\n');
    const { openReader } = await import('../../../src/data/read/reader.ts');
    const source = await openReader(planned.reader);
    const slice = { kind: 'bytes', path: 'a.csv', start: 2, end: 600 } as const;
    await expect(source.read(slice)).rejects.toThrow(/ends before byte 600.*Did the file change/);
  });

  test('a value that the sample did not show', async () => {
    const { reader } = await csv('x\n1\n2\n');
    const { openReader } = await import('../../../src/data/read/reader.ts');
    const source = await openReader({ ...reader, root: folder({ 'a.csv': 'x\n1\ntwo\n' }) });
    await expect(source.read({ kind: 'bytes', path: 'a.csv', start: 2, end: 8 })).rejects.toThrow(
      /^a\.csv:3: column "x": "two" is not an integer\..*column_type_overrides/,
    );
  });

  test('an extension that says nothing', async () => {
    await expect(planTable(join(folder({ 'a.dat': 'x' }), 'a.dat'))).rejects.toThrow(
      /extension \.dat\. Known are \.csv, \.tsv, \.txt, \.parquet, \.jsonl, \.ndjson, \.json, and all but Parquet with \.gz or \.zst.*MLTable/,
    );
  });
});

const read = (options: string, paths = './*.csv'): string =>
  `paths: [{pattern: ${paths}}]\ntransformations:\n- read_delimited: {${options}}\n`;

describe('an MLTable has the types of the library', () => {
  test.each([
    ['0\n1', 'x:boolean'],
    ['t\nNO', 'x:boolean'],
    ['0\n2', 'x:integer'],
    ['01\n00', 'x:integer'],
    ['1\nNA', 'x:string'],
    ['1\n""', 'x:string'],
    ['1.5\nNaN', 'x:float'],
    ['2020-01-02\n1999/12/31 10:00:00.5', 'x:datetime'],
    ['13/01/2020\n02/03/2020', 'x:datetime'],
    ['01-02-2020\n02-03-2020', 'x:string'],
    ['2020-01-02 03:04', 'x:string'],
    ['02-Jan-2020', 'x:datetime'],
    ['18446744073709551615', 'x:string'],
  ])('%j is %s', async (cells, expected) => {
    expect(types((await mltable({ 'a.csv': `x\n${cells}\n` }, read(''))).columns)).toBe(expected);
  });

  test('dates are instants: day or month first as the column shows it, offsets applied', async () => {
    const { rows } = await mltable(
      { 'a.csv': 'x,y\n13/01/2020,2020-01-02T03:04:05+02:00\n02/03/2020,2020-01-02 03:04:05.678\n' },
      read(''),
    );
    expect(rows).toEqual([
      { x: new Date('2020-01-13'), y: new Date('2020-01-02T01:04:05Z') },
      { x: new Date('2020-03-02'), y: new Date('2020-01-02T03:04:05.678Z') },
    ]);
  });

  test('short rows are filled up, long ones make columns', async () => {
    const { rows } = await mltable({ 'a.csv': 'x,y\n1\n2,b,c\n' }, read(''));
    expect(rows).toEqual([
      { x: 1, y: null, Column3: null },
      { x: 2, y: 'b', Column3: 'c' },
    ]);
  });

  test('infer_column_types: false leaves text, empty_as_string leaves empty text', async () => {
    expect((await mltable({ 'a.csv': 'x,y\n007,\n' }, read('infer_column_types: false'))).rows).toEqual([{ x: '007', y: null }]);
    expect((await mltable({ 'a.csv': 'x,y\n7,\n,1\n' }, read('empty_as_string: true'))).rows).toEqual([
      { x: '7', y: '' },
      { x: '', y: '1' },
    ]);
  });

  test('overrides see the text as it stands', async () => {
    const overrides =
      '{columns: x, column_type: string}, {columns: y, column_type: int}, {columns: z, column_type: {datetime: {formats: "%d.%m.%Y"}}}';
    const { rows, columns } = await mltable(
      { 'a.csv': 'x,y,z\n007,1,2.1.2020\n' },
      read(`infer_column_types: {column_type_overrides: [${overrides}]}`),
    );
    expect(types(columns)).toBe('x:string y:integer z:datetime');
    expect(rows).toEqual([{ x: '007', y: 1, z: new Date('2020-01-02') }]);
    await expect(
      mltable({ 'a.csv': 'x\n1\n' }, read('infer_column_types: {column_type_overrides: [{columns: q, column_type: int}]}')),
    ).rejects.toThrow(/MLTable:3:.*column_type_overrides names "q", which is no column\..*There are: x/);
  });

  test('without support_multi_line a line end ends the row, and a quote that is not closed is text', async () => {
    const { rows } = await mltable({ 'a.csv': 'x,y\n1,"B\n2,C\n' }, read(''));
    expect(rows.map((row) => row.y)).toEqual(['"B', 'C']);
  });
});

describe('headers of several files', () => {
  const files = { 'a.csv': 'x,y\n1,a\n', 'b.csv': '', 'c.csv': 'y,x\nb,2\n' };

  test('the same names in another order are put in order', async () => {
    expect((await mltable(files, read(''))).rows).toEqual([
      { x: 1, y: 'a' },
      { x: 2, y: 'b' },
    ]);
  });

  test('other names are refused, unless headers may differ', async () => {
    const other = { 'a.csv': 'x,y\n1,a\n', 'b.csv': 'x,z\n2,b\n' };
    await expect(mltable(other, read(''))).rejects.toThrow(
      /b\.csv: Its first line \(x, z\) is not the header of a\.csv \(x, y\).*all_files_different_headers/,
    );
    expect((await mltable(other, read('header: all_files_different_headers'))).rows).toEqual([
      { x: 1, y: 'a', z: null },
      { x: 2, y: null, z: 'b' },
    ]);
  });

  test('from_first_file: later first lines are rows; no_header: all are', async () => {
    const same = { 'a.csv': 'x\na\n', 'b.csv': 'x\nb\n' };
    expect((await mltable(same, read('header: from_first_file'))).rows.map((row) => row.x)).toEqual(['a', 'x', 'b']);
    expect((await mltable(same, read('header: no_header'))).rows.map((row) => row.Column1)).toEqual(['x', 'a', 'x', 'b']);
  });
});
