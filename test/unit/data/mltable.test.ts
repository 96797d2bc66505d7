import { describe, expect, test } from 'vitest';
import { planInputs } from '../../../src/data/plan.ts';
import { all, folder, mltable, splitSettings, types } from './support.ts';

const people = 'name,age,city\nAda,36,London\nBob,7,Paris\nCyd,,London\nDan,70,Rome\n';
const yaml = (...steps: readonly string[]): string =>
  `paths: [{file: ./a.csv}]\ntransformations:\n- read_delimited\n${steps.map((step) => `- ${step}\n`).join('')}`;
const names = async (...steps: readonly string[]): Promise<readonly unknown[]> =>
  (await mltable({ 'a.csv': people }, yaml(...steps))).rows.map((row) => row.name);

describe('filter', () => {
  test.each([
    ['col("age") > 10', ['Ada', 'Dan']],
    ['age != 7', ['Ada', 'Dan']],
    ['not (age > 10)', ['Bob']],
    ['not age > 10 or city == "London"', ['Ada', 'Bob', 'Cyd']],
    ['age % 2 == 0 and city.startswith("L")', ['Ada']],
    ['-age < -30 and age / 2 <= 18.0', ['Ada']],
    ["(age + 1) * 2 == 16 or name == 'Cyd'", ['Bob', 'Cyd']],
  ])('%s', async (filter, expected) => {
    expect(await names(`filter: '${filter.replaceAll("'", "''")}'`)).toEqual(expected);
  });

  test.each([
    ['age > "10"', /the column "age" is a number and "10" is text/],
    ['size > 1', /there is no column "size"; there are name, age, city/],
    ['age + 1', /the whole is a number, not a condition/],
    ['age >', /MLTable:4:11: transformations\[1\]\.filter:.*character 6: expected a column, a value or a bracket, found the end/],
    ['age & 1', /"&" has no meaning here/],
    ['name in "A"', /expected the end, or one of and, or/],
    ['age > datetime(2020, 13, 1)', /of a time that exists/],
  ])('%s is refused', async (filter, message) => {
    await expect(names(`filter: '${filter}'`)).rejects.toThrow(message);
  });

  test.each([
    ['1 < age < 3', 3, /a chain such as 1 < x < 3 compares true or false with 3/],
    ['age == None', 0, /null equals nothing/],
    ['not age != null', 0, /null equals nothing/],
  ])('%s is read as the library reads it, and that is said', async (filter, count, remark) => {
    const { rows, notices } = await mltable({ 'a.csv': people }, yaml(`filter: '${filter}'`));
    expect([rows.length, notices]).toEqual([count, [expect.stringMatching(remark)]]);
  });
});

describe('columns', () => {
  test("keep, drop, by name and by pattern; the order is the table's", async () => {
    const columns = async (step: string): Promise<string> => types((await mltable({ 'a.csv': people }, yaml(step))).columns);
    expect(await columns('keep_columns: [city, name]')).toBe('name:string city:string');
    expect(await columns('drop_columns: age')).toBe('name:string city:string');
    expect(await columns('drop_columns: {pattern: e$, invert: true}')).toBe('name:string age:integer?');
  });

  test('ignore_case does nothing, as in the library, and that is said', async () => {
    const { columns, notices } = await mltable({ 'a.csv': people }, yaml('drop_columns: {pattern: "^[Ac]", ignore_case: true}'));
    expect([types(columns), notices]).toEqual(['name:string age:integer?', [expect.stringContaining('ignore_case')]]);
  });

  test('names that are not there are ignored, and said', async () => {
    expect((await mltable({ 'a.csv': people }, yaml('keep_columns: [name, nme]'))).notices).toEqual([expect.stringContaining('"nme"')]);
  });

  test('convert_column_types', async () => {
    const steps = yaml('convert_column_types: [{columns: age, column_type: float}, {columns: [age], column_type: string}]');
    const { rows, columns } = await mltable({ 'a.csv': people }, steps);
    expect(types(columns)).toBe('name:string age:string? city:string');
    expect(rows.map((row) => row.age)).toEqual(['36', '7', null, '70']);
  });

  test('a 0 and 1 column is boolean and keeps its values when it is converted', async () => {
    const { rows } = await mltable(
      { 'a.csv': 'v\n0\n1\n' },
      yaml('convert_column_types: [{columns: v, column_type: int}]', 'filter: v == 1'),
    );
    expect(rows).toEqual([{ v: 1 }]);
  });

  test('booleans by lists', async () => {
    const lists = (mismatch: string): string =>
      yaml(
        `convert_column_types: [{columns: v, column_type: {boolean: {true_values: [on], false_values: [off], mismatch_as: "${mismatch}"}}}]`,
      );
    expect((await mltable({ 'a.csv': 'v\non\noff\n?\n' }, lists('false'))).rows.map((row) => row.v)).toEqual([true, false, false]);
    await expect(mltable({ 'a.csv': 'v\non\noff\n?\n' }, lists('error'))).rejects.toThrow(
      /^a\.csv:4: column "v": "\?" cannot become a boolean/,
    );
  });

  test('a value that cannot be converted is told with its line, behind a filter too', async () => {
    const steps = yaml('filter: city != "London"', 'convert_column_types: [{columns: city, column_type: int}]');
    await expect(mltable({ 'a.csv': people }, steps)).rejects.toThrow(/^a\.csv:3: column "city": "Paris" cannot become an integer/);
  });
});

describe('rows that are counted', () => {
  test.each([
    ['take: 2', ['Ada', 'Bob']],
    ['skip: 3', ['Dan']],
    ['take: 0', []],
    ['take_random_sample: {probability: 1.0, seed: 1}', ['Ada', 'Bob', 'Cyd', 'Dan']],
    ['take_random_sample: {probability: 0.0}', []],
  ])('%s', async (step, expected) => {
    expect(await names(step)).toEqual(expected);
  });

  test('in their order with filters, over files and pieces', async () => {
    const files = { 'a.csv': 'x\n1\n2\n3\n', 'b.csv': 'x\n4\n5\n6\n7\n' };
    const steps =
      'paths: [{pattern: ./*.csv}]\ntransformations:\n- read_delimited\n- skip: 1\n- filter: x != 4\n- take: 3\n- convert_column_types: [{columns: x, column_type: string}]\n';
    const { rows, miniBatches, columns } = await mltable(files, steps, { miniBatchSize: '2' });
    expect(rows.map((row) => row.x)).toEqual(['2', '3', '5']);
    expect(types(columns)).toBe('x:string');
    expect(miniBatches.length).toBeGreaterThan(1);
  });

  test('every kind of value survives being put on disk', async () => {
    const text =
      's,i,b,f,d,t\n"a ""q"", \nb",1,9223372036854775807,1.5,2020-01-02T03:04:05.678Z,true\n,,,,,\n"",2,-1,NaN,1999-12-31,false\n';
    const whole = await mltable(
      { 'a.csv': text },
      'paths: [{file: a.csv}]\ntransformations:\n- read_delimited: {support_multi_line: true}\n',
    );
    const cut = await mltable(
      { 'a.csv': text },
      'paths: [{file: a.csv}]\ntransformations:\n- read_delimited: {support_multi_line: true}\n- skip: 0\n',
    );
    expect(cut.rows).toEqual(whole.rows);
    expect(types(cut.columns)).toBe(types(whole.columns));
  });

  test('the same seed keeps the same rows, about as many as asked', async () => {
    const text = `x\n${Array.from({ length: 2000 }, (_, index) => index).join('\n')}\n`;
    const sample = async (seed: number) =>
      (await mltable({ 'a.csv': text }, yaml(`take_random_sample: {probability: 0.3, seed: ${seed}}`))).rows;
    const first = await sample(7);
    expect(await sample(7)).toEqual(first);
    expect(await sample(8)).not.toEqual(first);
    expect(Math.abs(first.length - 600)).toBeLessThan(100);
  });
});

describe('paths', () => {
  const files = { 'd/b2.csv': 'x\n2\n', 'd/B1.csv': 'x\n1\n', 'd/deep/.h.csv': 'x\n4\n', 'd/b10.csv': 'x\n3\n', 'd/note.txt': 'x\n9\n' };
  const listed = async (paths: string): Promise<readonly unknown[]> =>
    (
      await mltable(
        files,
        `paths: [${paths}]\ntransformations:\n- read_delimited: {header: from_first_file}\n- filter: x.startswith("x") or not x.startswith("x")\n`,
      )
    ).rows.flatMap((row) => (row.x === 'x' ? [] : [row.x]));

  test.each([
    ['{pattern: ./d/*.csv}', ['1', '3', '2']],
    ['{pattern: "./**/*.csv"}', ['1', '3', '2', '4']],
    ['{pattern: "d/[!b]*.csv"}', undefined],
    ['{file: d/b2.csv}, {file: ./d/B1.csv}, {file: d/b2.csv}', ['2', '1', '2']],
    ['{file: ./d}', ['1', '3', '2', '4', '9']],
  ])('%s', async (paths, expected) => {
    if (expected === undefined)
      expect((await mltable(files, `paths: [${paths}]\ntransformations: [read_delimited]\n`)).rows).toEqual([{ x: true }]);
    else expect(await listed(paths)).toEqual(expected);
  });

  test.each([
    ['{file: d/none.csv}', /MLTable:1:\d+: paths\[0\]\.file: Expected a file, found nothing: .*none\.csv/],
    ['{folder: d/b2.csv}', /Expected a folder, found a file/],
    ['{pattern: ./d/*.parquet}', /The pattern matches no file/],
    ['{file: "https://example.com/a.csv?sig=SECRET"}', /^(?!.*SECRET).*is not on this machine, and was not fetched/],
    ['{file: a, folder: b}', /Expected one of file, folder, pattern, found file and folder/],
  ])('%s is refused', async (paths, message) => {
    await expect(mltable(files, `paths: [${paths}]\ntransformations: [read_delimited]\n`)).rejects.toThrow(message);
  });

  test('an MLTable that only lists is a list of files, itself not among them', async () => {
    const root = folder({ ...files, MLTable: 'type: mltable\npaths: [{folder: .}]\n' });
    const plan = await planInputs([{ name: 'in', type: 'mltable', path: root }], splitSettings(root, { miniBatchSize: '9' }));
    const [only] = await all(plan.miniBatches);
    expect(only?.slice).toEqual({ kind: 'files', paths: ['d/B1.csv', 'd/b10.csv', 'd/b2.csv', 'd/deep/.h.csv', 'd/note.txt'] });
  });

  test('take and skip before the read count files', async () => {
    const { rows } = await mltable(files, 'paths: [{pattern: ./d/*.csv}]\ntransformations:\n- skip: 1\n- take: 1\n- read_delimited\n');
    expect(rows).toEqual([{ x: 3 }]);
  });
});

test('all mistakes of a file are told at once, each with its line', async () => {
  const text =
    'paths: [{file: a.csv}]\ntransformations:\n- read_delimited: {delimitr: ";", encoding: utf32}\n- take: -1\n- read_delta_lake: {}\n- filter: "x >"\n- convert_column_types: [{columns: x, column_type: {datetime: {formats: "%Y %j"}}}]\nextra: 1\n';
  const error = await mltable({ 'a.csv': people }, text).catch((reason: Error) => reason);
  const message = error instanceof Error ? error.message : '';
  for (const part of [
    /MLTable:3:.*delimitr.*Did you mean "delimiter"/,
    /MLTable:3:.*encoding.*found "utf32"/,
    /MLTable:4:.*take/,
    /MLTable:8:.*extra/,
  ])
    expect(message).toMatch(part);
});
