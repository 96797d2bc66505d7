/** The cases that every reader must pass, as data frames. All go through one worker process, each with a reader and a file of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Column } from '../../../../src/data/types.ts';
import type { Case } from '../../../cases/tables/case.ts';
import { caseGroups } from '../../../cases/tables/index.ts';
import { layOut, plainText, shown } from '../../../support/table-cases.ts';
import type { TestWorker } from '../../../support/worker.ts';
import { pandasPython, pythonWorker } from './support.ts';

const cases = Object.values(caseGroups).flat();

// Each value with its kind, so that 1, 1.0 and "1" stay apart.
const script = `
import json
def shown(value):
    if value is None: return None
    if type(value) in (bool, str): return value
    if type(value) is int: return {"int": str(value)}
    if type(value) is float: return {"float": repr(value)}
    if type(value) in (list, dict): return {"object": value}
    return {"time": str(value).rstrip("0") if "." in str(value) else str(value)}
def plain(value):
    if hasattr(value, "tolist"): value = value.tolist()
    if isinstance(value, list): return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value
def run(frame):
    columns = [frame.iloc[:, position] for position in range(len(frame.columns))]
    columns = [column.astype(object).where(column.notna(), None).tolist() for column in columns]
    assert list(frame.index) == list(range(len(frame)))
    head = [json.dumps([str(name) for name in frame.columns]), json.dumps([str(dtype) for dtype in frame.dtypes])]
    return head + [json.dumps([shown(plain(value)) for value in row]) for row in zip(*columns)]
`;

type Sent =
  | null
  | boolean
  | string
  | { readonly int: string }
  | { readonly float: string }
  | { readonly object: unknown }
  | { readonly time: string };

/** The value as the cases write it. Integers that may be null are floats in pandas. */
function received(value: Sent, column: Column): unknown {
  if (value === null || typeof value !== 'object') return value;
  if ('object' in value) return value.object;
  if ('time' in value) return value.time;
  if ('float' in value) return ['inf', '-inf'].includes(value.float) ? value.float : Number(value.float);
  return shown(column.type === 'integer' ? Number(value.int) : BigInt(value.int), column);
}

describe.skipIf(pandasPython === undefined)('a slice becomes a data frame', () => {
  const root = mkdtempSync(join(tmpdir(), 'tables-'));
  let worker: TestWorker;

  beforeAll(async () => {
    const laidOut = await Promise.all(cases.map((one, index) => layOut(one, root, `${index}.data`)));
    worker = pythonWorker(script, { readers: laidOut.map(({ reader }) => reader) }, {}, pandasPython);
    worker.send(laidOut.map(({ slice }, index) => [index, 1, [index, slice]]));
  });
  afterAll(async () => {
    await worker[Symbol.asyncDispose]();
    rmSync(root, { recursive: true });
  });

  const check = async (one: Case): Promise<void> => {
    const index = cases.indexOf(one);
    const failed = await worker.until(({ reports, outcomes }) => {
      const report = reports.find((report) => report.type === 'failed' && report.index === index);
      return report ?? (outcomes.some(([done]) => done === index) ? 'done' : undefined);
    });
    if (typeof one.gives === 'string') {
      expect(failed).toMatchObject({
        phase: 'load',
        items: null,
        error: { type: 'DataError', message: expect.stringContaining(one.gives) },
      });
      return;
    }
    expect(failed).toBe('done');
    const columns = one.output ?? one.columns;
    const [names, types, ...rows] = worker
      .rows(await worker.outcome(index))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(names).toEqual(columns.map(({ name }) => name));
    const values = rows.map((row: readonly Sent[]) => columns.map((column, position) => received(row[position] ?? null, column)));
    expect([types, ...values]).toEqual(one.gives);
  };

  describe.each(Object.entries(caseGroups))('%s', (_, members) => {
    test.each(members)('$name', check);
  });
});

test.skipIf(pandasPython === undefined)('a reader without memory says so, and does not blame the data', async () => {
  const script = `
import pandas
def init():
    def without_memory(*_, **__): raise MemoryError("no room")
    pandas.read_csv = without_memory
def run(frame): return frame
`;
  const folder = mkdtempSync(join(tmpdir(), 'tables-'));
  try {
    writeFileSync(join(folder, 'a.csv'), '1,2\n');
    const columns = [
      { name: 'a', type: 'integer', nullable: false },
      { name: 'b', type: 'integer', nullable: false },
    ] as const;
    await using worker = pythonWorker(script, { readers: [plainText(columns, folder)] }, {}, pandasPython);
    worker.send([[0, 1, [0, { kind: 'bytes', path: 'a.csv', start: 0, end: 4 }]]]);
    expect((await worker.report('failed')).error).toMatchObject({ type: 'MemoryError', message: 'no room' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
