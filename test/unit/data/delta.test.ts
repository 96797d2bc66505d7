import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { duckdb, sqlText } from '../../../src/data/duckdb.ts';
import { lookAtInputs } from '../../../src/data/plan.ts';
import { pandasPython } from '../../support/pythons.ts';
import { folder, planTable, splitSettings } from './support.ts';

/** An MLTable of a Delta table whose log says `told`, to whoever asks `python`. */
async function deltaTable(told: unknown, options = '{}') {
  const root = folder({
    MLTable: `paths: [{folder: ./t}]\ntransformations: [read_delta_lake: ${options}]\n`,
    't/_delta_log/0.json': '',
    't/b/x': '',
  });
  const connection = await duckdb();
  await connection.run(`COPY (SELECT 1 AS a) TO ${sqlText(join(root, 't/a.parquet'))} (FORMAT parquet)`);
  await connection.run(`COPY (SELECT 2 AS a) TO ${sqlText(join(root, 't/b/b.parquet'))} (FORMAT parquet)`);
  const python = join(root, 'python');
  writeFileSync(python, `#!/bin/sh\necho "$4" > ${root}/asked\necho '${JSON.stringify(told)}'\n`);
  chmodSync(python, 0o755);
  return { table: join(root, 'MLTable'), python, root };
}

const version = {
  version: 7,
  unknown: [],
  columns: [
    ['p', 'string'],
    ['day', 'date'],
    ['n', 'long'],
  ],
  files: [
    ['b/b.parquet', ['y', '2020-01-02T00:00:00.000Z', 5]],
    ['a.parquet', [null, null, '9007199254740993']],
  ],
};

describe('a Delta table', () => {
  test('is the files of its version, with the values of its partitions', async () => {
    const { table, python } = await deltaTable(version, '{version_as_of: 7}');
    const { rows, notices } = await planTable(table, { python });
    expect(rows).toEqual([
      { a: 2, p: 'y', day: new Date('2020-01-02'), n: 5n },
      { a: 1, p: null, day: null, n: 9007199254740993n },
    ]);
    expect(notices).toEqual(["The input 'in' is version 7 of the Delta table."]);
  });

  test('is cut by the columns of its partitions', async () => {
    const { table, python } = await deltaTable(version);
    const { miniBatches } = await planTable(table, { python, partitionKeys: ['p'] });
    expect(miniBatches.map(({ partition }) => partition)).toEqual([{ p: 'y' }, { p: null }]);
  });

  test.each([
    [{ missing: true }, /listed with the Python package deltalake, which .*python has not.*pip install deltalake/s],
    [{ ...version, unknown: ['deletionVectors'] }, /The Delta table uses deletionVectors, which is not known here/],
    [{ problem: 'no such version' }, /cannot be read as a Delta table: no such version\./],
  ])('that cannot be read is refused: %j', async (told, message) => {
    const { table, python } = await deltaTable(told);
    await expect(planTable(table, { python })).rejects.toThrow(message);
  });

  test('a Python that is not there is told', async () => {
    const { table } = await deltaTable(version);
    await expect(planTable(table, { python: '/nowhere/python' })).rejects.toThrow(/Python \(\/nowhere\/python\) could not say/);
  });

  test('two ways to say which version are refused, and so is a folder without a log', async () => {
    const { table, python } = await deltaTable(version, '{version_as_of: 1, timestamp_as_of: "2020-01-01T00:00:00Z"}');
    await expect(planTable(table, { python })).rejects.toThrow(/give one of them/);
    const root = folder({ MLTable: 'paths: [{folder: ./t}]\ntransformations: [read_delta_lake]\n', 't/a': '' });
    await expect(planTable(join(root, 'MLTable'), { python })).rejects.toThrow(/no folder _delta_log/);
  });

  test('before its environment is made, nobody is asked', async () => {
    const { table } = await deltaTable(version);
    const { scratch: _, ...settings } = splitSettings('');
    await expect(lookAtInputs([{ name: 'in', type: 'mltable', path: table }], settings)).resolves.toBeUndefined();
  });
});

const hasPackage = pandasPython !== undefined && spawnSync(pandasPython, ['-c', 'import deltalake, pandas']).status === 0;

test.skipIf(!hasPackage)('the package deltalake says what a version of a table is', async () => {
  const python = pandasPython ?? '';
  const root = folder({ MLTable: 'paths: [{folder: ./t}]\ntransformations: [read_delta_lake: {version_as_of: 1}]\n' });
  const script = `
import datetime, sys, pandas
from deltalake import DeltaTable, write_deltalake
def write(**columns): write_deltalake(sys.argv[1], pandas.DataFrame(columns), mode="append", partition_by=["p", "d"])
write(a=[1, 2], p=["x", "y/z"], d=[datetime.date(2020, 1, 1)] * 2)
write(a=[3], p=["x"], d=[datetime.date(2021, 1, 1)])
DeltaTable(sys.argv[1]).delete("a < 3")
`;
  expect(spawnSync(python, ['-c', script, join(root, 't')], { encoding: 'utf8' })).toMatchObject({ status: 0 });
  const { rows } = await planTable(join(root, 'MLTable'), { python });
  expect(rows).toEqual([
    { a: 1, p: 'x', d: new Date('2020-01-01') },
    { a: 3, p: 'x', d: new Date('2021-01-01') },
    { a: 2, p: 'y/z', d: new Date('2020-01-01') },
  ]);
});
