/** What rows of all kinds look like in each kind of output, from Python. */
import { describe, expect, test } from 'vitest';
import { pythonCommand } from '../../../../src/workers/local/python-host.ts';
import type { AppendRowSettings } from '../../../../src/workers/protocol/messages.ts';
import { TestWorker } from '../../../support/worker.ts';
import { pandasPython, task } from './support.ts';

const csv = { form: 'csv', toCsv: { sep: ',', header: true, index: false } } as const;

/** Each value is what one mini-batch returns; gives the rows of each (or why it failed), and what was told of all rows. */
async function written(settings: AppendRowSettings, values: readonly string[]) {
  const script = `
import collections, dataclasses, datetime, decimal, pathlib
try:
    import numpy, pandas
except ImportError:
    pass
@dataclasses.dataclass
class Score:
    path: str
    score: float
Pair = collections.namedtuple("Pair", "path score")
def run(mini_batch, context):
    return [${values.map((value) => `lambda: ${value}`).join(', ')}][context.minibatch_index]()
`;
  await using worker = new TestWorker({ 'score.py': script });
  worker.start(pythonCommand(pandasPython ?? 'python3'), { entryScript: 'score.py', output: worker.appends(settings) });
  worker.send(values.map((_, index) => task(index, [])));
  const rows = values.map(async (_, index) => {
    const ended = await worker.until(({ outcomes, reports }) => {
      const done = outcomes.find(([of]) => of === index);
      return done ?? reports.find((report) => report.type === 'failed' && report.index === index);
    });
    return 'error' in ended ? (ended.error?.message ?? '') : worker.rows(ended as Parameters<typeof worker.rows>[0]);
  });
  const all = await Promise.all(rows);
  return { rows: all, told: worker.reports.flatMap((report) => (report.type === 'header' ? [report.text] : [])) };
}

test('CSV: dicts, dataclasses and named tuples under one header, in its order; what has no names as it is', async () => {
  const { rows, told } = await written(csv, [
    '[{"path": "a, b", "score": 0.1}, Score("x", float("nan")), Pair("y", None)]',
    '[{"score": True, "path": datetime.datetime(2024, 1, 2, 3, 4, 5)}, {"path": [1, None]}]',
    '["as,it is", ("a", 2), 5, None, pathlib.Path("p,q")]',
    '[{"path": "a", "other": 1}]',
    '[]',
  ]);
  expect(told).toEqual(['path,score\n']);
  expect(rows).toEqual([
    '"a, b",0.1\nx,\ny,\n',
    '2024-01-02 03:04:05,True\n"[1,null]",\n',
    'as,it is\na,2\n5\n""\n"p,q"\n',
    "element 0 of what run() returned has the key other, but the output's columns are path, score. Give every dict the same keys.",
    '',
  ]);
});

test('JSON lines: objects, lists, and strings as they are', async () => {
  const { rows } = await written({ form: 'json_lines' }, [
    '[{"a": "é\\"", "b": float("nan"), "c": {1: float("inf")}, "d": datetime.date(2024, 1, 2), "e": decimal.Decimal("1.10"), "f": {3}}]',
    '[Score("x", 1.5), Pair("y", None), [1, "z"], "{raw}", 2.5, None]',
    '[{"a": b"bytes"}]',
  ]);
  expect(rows).toEqual([
    '{"a":"é\\"","b":null,"c":{"1":null},"d":"2024-01-02","e":"1.10","f":[3]}\n',
    '{"path":"x","score":1.5}\n{"path":"y","score":null}\n[1,"z"]\n{raw}\n2.5\nnull\n',
    'run() returned bytes within a row, which JSON has nothing for. Decode them, or use base64.',
  ]);
});

test('Parquet: every value in quotes with the types of all so far, null bare', async () => {
  const { rows, told } = await written({ form: 'parquet' }, [
    '[{"n": 1, "t": "N", "at": None}, {"n": None, "t": ""}]',
    '[{"t": "a\\"b", "n": 2.5, "at": datetime.datetime(2024, 1, 2)}]',
    '[{"n": 1 << 63, "t": None}]',
    '[{"n": "one"}]',
    '[{"n": 1}, {"n": "one"}]',
    '["text"]',
    '[{"n": 1 << 64}]',
    '[{"n": 1, "at": datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc)}]',
  ]);
  expect(rows.slice(0, 3)).toEqual(['"1","N",N\nN,"",N\n', '"2.5","a""b","2024-01-02 00:00:00"\n', '"9223372036854775808",N,N\n']);
  expect(rows[3]).toMatch(/^the column n has text here, and numbers in the output\./);
  expect(rows[4]).toMatch(/^the column n has text in element 1 of what run\(\) returned, and numbers in those before it\./);
  expect(rows[5]).toMatch(/^element 0 of what run\(\) returned is of type str; a row of a Parquet file is a dict/);
  expect(rows[6]).toMatch(/more than 64 bits in the column n; return it as text/);
  expect(rows[7]).toMatch(/^the column at has instants here, and dates in the output\./);
  const types = told.map((text) => (JSON.parse(text) as { columns: [string, string][] }).columns.map(([, type]) => type));
  expect(types).toEqual([
    ['BIGINT', 'VARCHAR', 'NULL'],
    ['DOUBLE', 'VARCHAR', 'TIMESTAMP'],
  ]);
});

describe.skipIf(pandasPython === undefined)('with pandas', () => {
  const frame = 'pandas.DataFrame({"a": [1, 2], "b": ["x, y", None], "at": pandas.to_datetime(["2024-01-02", None])})';

  test('a frame with the columns in another order is put in order, one with others is refused, one without rows says nothing', async () => {
    const { rows, told } = await written(csv, [
      frame,
      `${frame}[["at", "b", "a"]]`,
      'pandas.DataFrame()',
      'pandas.DataFrame({"z": [1]})',
      `${frame}.assign(c=1)`,
    ]);
    expect(told).toEqual(['a,b,at\n']);
    expect(rows.slice(0, 3)).toEqual(['1,"x, y",2024-01-02\n2,,\n', '1,"x, y",2024-01-02\n2,,\n', '']);
    expect(rows[3]).toBe(
      "run() returned a data frame with the columns z, but the output's are a, b, at: it lacks a, b, at; z would have no place. Return the same columns from every run().",
    );
    expect(rows[4]).toContain('c would have no place');
  });

  test('in JSON lines and in Parquet', async () => {
    const json = await written({ form: 'json_lines' }, [
      frame,
      'pandas.DataFrame({"f": [0.1, float("nan")], "n": [numpy.array([1.5]), None]})',
    ]);
    expect(json.rows).toEqual([
      '{"a":1,"b":"x, y","at":"2024-01-02T00:00:00"}\n{"a":2,"b":null,"at":null}\n',
      '{"f":0.1,"n":[1.5]}\n{"f":null,"n":null}\n',
    ]);
    const types = `pandas.DataFrame({
      "i": numpy.array([1, 2], dtype="int16"), "f": numpy.array([0.1, numpy.nan], dtype="float32"), "n": pandas.array([7, None], dtype="Int64"),
      "c": pandas.Categorical(["x", None]), "t": pandas.to_datetime(["2024-01-02T03:04:05+02:00", None], utc=True), "o": [True, None], "l": [[1], None]})`;
    const parquet = await written({ form: 'parquet' }, [types]);
    expect(parquet.rows).toEqual([
      '"1","0.1","7","x","2024-01-02T01:04:05.000000000+00","true","[1]"\n"2",N,N,N,N,N,N\n'.replace('.000000000', '.000000'),
    ]);
    expect(parquet.told.map((text) => JSON.parse(text).columns)).toEqual([
      [
        ['i', 'SMALLINT'],
        ['f', 'FLOAT'],
        ['n', 'BIGINT'],
        ['c', 'VARCHAR'],
        ['t', 'TIMESTAMPTZ'],
        ['o', 'BOOLEAN'],
        ['l', 'JSON'],
      ],
    ]);
  });
});
