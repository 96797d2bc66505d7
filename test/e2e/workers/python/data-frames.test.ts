/** Data frames in and out: Parquet, reading ahead, what a returned frame writes, and whole files against pandas itself. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Column, TableReader } from '../../../../src/data/types.ts';
import type { AppendRowSettings, WorkerOutput } from '../../../../src/workers/protocol/messages.ts';
import type { WireTask as Task } from '../../../../src/workers/protocol/wire.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { plainText } from '../../../support/table-cases.ts';
import { pandasPython, pythonWorker, task } from './support.ts';

const text = (name: string): Column => ({ name, type: 'string', nullable: true });
const appends = (segment: string, settings: AppendRowSettings): WorkerOutput => ({
  kind: 'append_row',
  segment,
  agreements: `${segment}.agreements`,
  settings,
});
const slice = (index: number, start: number, end: number, path = 'in.csv'): Task => [index, 1, [0, { kind: 'bytes', path, start, end }]];

describe.skipIf(pandasPython === undefined)('with pandas', () => {
  test('of a part only its rows are run, numbered from 0, and run is not called for rows that there are not', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'in.csv'), 'a\nb\nc\n');
    const script = `
def run(frame):
    assert len(frame) > 0 and list(frame.index) == list(range(len(frame)))
    return [f"{letter} of {len(frame)}" for letter in frame["x"]]
`;
    await using worker = pythonWorker(script, { readers: [plainText([text('x')], folder)] }, {}, pandasPython);
    const [index, , descriptor] = slice(0, 0, 6);
    worker.send([
      [index, 5, descriptor, 1, 3],
      [index, 6, descriptor, 2, 9],
      [index, 70_000, descriptor, 3, 4],
    ]);
    const ended = await worker.until(({ outcomes }) => outcomes.length === 3 && outcomes);
    expect(ended.map((outcome) => [outcome[1], outcome[2], worker.rows(outcome)])).toEqual([
      [5, 2, 'b of 2\nc of 2\n'],
      [6, 1, 'c of 1\n'],
      [70_000, 0, ''],
    ]);
  });

  test('slices together are what pandas.read_csv and to_csv make of the whole file', async () => {
    const folder = temporaryFolder();
    const script = `
import io, json, os, random
import pandas
def init():
    chance = random.Random(7)
    words = ["", "a", "NA", "x y", "1", "-", "é", 'say "hi"', "a,b", "two\\nlines", "TRUE", "0.1"]
    rows = [(i, chance.choice(["", "1.5", "nan", "1e5", "-0.25", "3"]), chance.choice(words), chance.choice(["True", "False"]), chance.choice(["", "7", "12"])) for i in range(300)]
    pandas.DataFrame(rows, columns=list("ifsbn")).to_csv("in.csv", index=False)
def run(mini_batch):
    return mini_batch
`;
    const columns: Column[] = [
      { name: 'i', type: 'integer', nullable: false },
      { name: 'f', type: 'float', nullable: true },
      text('s'),
      { name: 'b', type: 'boolean', nullable: false },
      { name: 'n', type: 'integer', nullable: true },
    ];
    const segment = join(folder, 'segment');
    const output = appends(segment, { form: 'csv', toCsv: { sep: ',', header: true, index: false } });
    await using worker = pythonWorker(script, { readers: [], output, debug: false }, {}, pandasPython);
    await worker.report('ready');
    const made = join(worker.code, 'in.csv');
    const data = readFileSync(made);
    // Cut at line ends outside of quotes.
    const cuts = [data.indexOf(10) + 1];
    for (let at = 0, quotes = 0; at < data.length; at += 1) {
      if (data[at] === 34) quotes += 1;
      if (data[at] === 10 && quotes % 2 === 0 && at - (cuts.at(-1) ?? 0) > 500) cuts.push(at + 1);
    }
    if (cuts.at(-1) !== data.length) cuts.push(data.length);
    await using reader = pythonWorker(
      'def run(frame):\n    return frame\n',
      { readers: [plainText(columns, worker.code)], output },
      {},
      pandasPython,
    );
    reader.send(cuts.slice(1).map((end, index) => slice(index, cuts[index] ?? 0, end)));
    await reader.outcome(cuts.length - 2);
    const { text: header } = await reader.report('header');
    expect(header).toBe('i,f,s,b,n\n');
    expect(reader.reports.filter(({ type }) => type === 'header')).toHaveLength(1);
    const check = `
import pandas
def run(paths):
    return [pandas.read_csv(paths[0]).to_csv(index=False, header=False) == open(paths[1]).read()]
`;
    await using judge = pythonWorker(check, { readers: [{ kind: 'files', name: 'x', root: '' }] }, {}, pandasPython);
    judge.send([task(0, [made, segment])]);
    expect(judge.rows(await judge.outcome(0))).toBe('True\n');
  });

  test('Parquet: a range of rows over row groups, types as in the whole file, columns that are not wanted left', async () => {
    const folder = temporaryFolder();
    const make = `
import pandas
from decimal import Decimal
def run(paths):
    n = range(100)
    pandas.DataFrame({
        "i": pandas.array([None if k == 3 else k for k in n], dtype="Int32"), "s": pandas.Categorical(["s%d" % (k % 7) for k in n]),
        "n": pandas.array([None if k == 25 else 2**53 + 1 for k in n], dtype="Int64"), "w": [Decimal("12345678901234567.5")] * 100,
        "t": pandas.to_datetime(["2020-01-02"] * 100), "d": [pandas.Timestamp("2021-03-04").date()] * 100, "l": [[k] for k in n], "u": n,
    }).to_parquet(paths[0], row_group_size=30)
    return []
`;
    await using maker = pythonWorker(make, { readers: [{ kind: 'files', name: 'x', root: '' }] }, {}, pandasPython);
    maker.send([task(0, [join(folder, 'in.parquet')])]);
    await maker.outcome(0);
    writeFileSync(join(folder, 'broken.parquet'), 'PAR1 and no more');
    const columns: Column[] = [
      { name: 'i', type: 'integer', nullable: true },
      text('s'),
      { name: 'n', type: 'bigint', nullable: true },
      text('w'),
      { name: 't', type: 'datetime', nullable: true },
      { name: 'd', type: 'datetime', nullable: true },
      { name: 'l', type: 'object', nullable: true },
    ];
    const reader: TableReader = {
      ...plainText([...columns, { name: 'u', type: 'integer', nullable: false }], folder),
      format: { kind: 'parquet' },
      transformations: [{ op: 'drop_columns', columns: ['u'] }],
      outputColumns: columns,
    };
    const show = 'def run(frame):\n    return [len(frame), *map(str, frame.dtypes), *frame.iloc[0], *frame.iloc[-1]]\n';
    await using worker = pythonWorker(show, { readers: [reader] }, {}, pandasPython);
    const rows = (index: number, start: number, end: number, path = 'in.parquet'): Task => [
      index,
      1,
      [0, { kind: 'rows', path, start, end }],
    ];
    worker.send([rows(0, 25, 65), rows(1, 3, 4), rows(2, 90, 101), rows(3, 0, 1, 'broken.parquet')]);
    expect(worker.rows(await worker.outcome(0)).split('\n')).toEqual([
      ...['40', 'float64', 'str', 'Int64', 'str', 'datetime64[us]', 'datetime64[ms]', 'object'],
      ...['25.0', 's4', '<NA>', '12345678901234567.5', '2020-01-02 00:00:00', '2021-03-04 00:00:00', '[25]'],
      ...['64.0', 's1', '9007199254740993', '12345678901234567.5', '2020-01-02 00:00:00', '2021-03-04 00:00:00', '[64]'],
      '',
    ]);
    expect(worker.rows(await worker.outcome(1))).toContain('nan\ns3\n');
    const failures = await worker.until(({ reports }) => {
      const failed = reports.flatMap((report) => (report.type === 'failed' ? [report.error.message] : []));
      return failed.length === 2 && failed;
    });
    expect(failures[0]).toMatch(/^in\.parquet: rows 91 to 101 cannot be read: the file has 100 rows/);
    expect(failures[1]).toMatch(/^broken\.parquet: rows 1 to 1 cannot be read: /);
  });

  test('the next slice is read while run is busy, and can be forgotten', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'in.csv'), 'head\nx\n');
    writeFileSync(join(folder, 'go'), '');
    const script = `
import os, sys, time
def run(frame, context):
    if context.minibatch_index == 0:
        # Goes on when the next slice was read: its file is then removed by the test.
        print("busy", file=sys.stderr)
        while os.path.exists(context.dataset.paths[0].replace("in.csv", "go")): time.sleep(0.005)
    return list(frame.iloc[:, 0])
`;
    await using worker = pythonWorker(script, { readers: [plainText([text('a')], folder)] }, {}, pandasPython);
    for (const name of ['next.csv', 'other.csv']) writeFileSync(join(folder, name), 'head\ny\n');
    worker.send([slice(0, 5, 7)]);
    worker.send({ type: 'load', task: slice(1, 5, 7, 'next.csv') });
    worker.send({ type: 'load', task: slice(2, 5, 7, 'other.csv') });
    worker.send({ type: 'drop', index: 2 });
    worker.send({ type: 'load', task: slice(3, 5, 7, 'nowhere.csv') });
    await worker.until(({ stderr }) => stderr.includes('busy'));
    worker.send({ type: 'go', index: 3 });
    rmSync(join(folder, 'go'));
    // Its failure tells that all before it was read.
    expect((await worker.report('failed')).error.message).toContain('nowhere.csv');
    rmSync(join(folder, 'next.csv'));
    worker.send({ type: 'go', index: 1 });
    expect(worker.rows(await worker.outcome(1))).toBe('y\n');
    worker.send({ type: 'stop' });
    await worker.report('stopped');
    expect(worker.outcomes.map(([index]) => index)).toEqual([0, 1]);
    expect(worker.reports.filter(({ type }) => type === 'failed')).toHaveLength(1);
  });

  test('who writes much without pyarrow is told, once', async () => {
    const script = `
import pandas
from parallelrun_worker import frame_csv, rows
frame_csv.HAS_ARROW = False
rows._MUCH_TEXT = 10
def run(mini_batch):
    return pandas.DataFrame({"a": ["some text"]})
`;
    const output = appends(join(temporaryFolder(), 'segment'), { form: 'text', toCsv: { sep: ' ', header: false, index: false } });
    await using worker = pythonWorker(script, { output }, {}, pandasPython);
    worker.send([0, 1, 2].map((index) => task(index)));
    await worker.outcome(2);
    const told = worker.reports.filter(({ type }) => type === 'notice');
    expect(told).toMatchObject([{ level: 'info', message: expect.stringMatching(/^With pyarrow, .*-m pip install pyarrow\)\.$/) }]);
  });

  test('run may return what pandas and numpy have, and nothing less', async () => {
    const returned = [
      ['pandas.DataFrame({"a": [1, 2], "b": ["x y", None]})', '1 "x y"\n2 \n', 2],
      ['pandas.Series([1.5, "a"])', '1.5\na\n', 2],
      ['numpy.array([1.0, 2.5])', '1.0\n2.5\n', 2],
      ['numpy.array([[1, 2], [3, 4]])', '[1 2]\n[3 4]\n', 2],
      ['pandas.DataFrame({"a": []})', '', 0],
    ] as const;
    const refused = ['numpy.array(5)', 'numpy.float64(5)', 'pandas.Timestamp(0)'];
    const segment = join(temporaryFolder(), 'segment');
    const toCsv = { sep: ' ', header: false, index: false };
    const output = appends(segment, { form: 'text', toCsv });
    const values = [...returned.map(([value]) => value), ...refused].join(', ');
    const script = `import numpy, pandas\ndef run(mini_batch, context):\n    return [${values}][context.minibatch_index]\n`;
    await using worker = pythonWorker(script, { output }, {}, pandasPython);
    worker.send([...returned, ...refused].map((_, index) => task(index)));
    const last = returned.length + refused.length - 1;
    await worker.until(({ reports }) => reports.some((report) => report.type === 'failed' && report.index === last));
    const written = readFileSync(segment);
    expect(worker.outcomes.map(([, , , rows, offset, length]) => [written.subarray(offset, offset + length).toString(), rows])).toEqual(
      returned.map(([, text, rows]) => [text, rows]),
    );
    const failed = worker.reports.flatMap((report) => (report.type === 'failed' ? [report.error.type] : []));
    expect(failed).toEqual(refused.map(() => 'BadReturn'));
  });
});

test('a table needs pandas, which is said before anything else', async () => {
  const folder = temporaryFolder();
  const init = { readers: [plainText([text('a')], folder)] };
  await using worker = pythonWorker('def run(b): return b\n', init, {}, join(import.meta.dirname, 'without-pandas.sh'));
  const { error, missingModule } = await worker.report('init_failed');
  expect(missingModule).toBe('pandas');
  expect(error.message).toMatch(/input "table" is a table.*pandas is not installed \(.*-m pip install pandas\)/);
});
