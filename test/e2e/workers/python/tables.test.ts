/** Slices of tables as data frames. All cases go through one worker process, each with a reader and a file of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TableReader, TableSlice } from '../../../../src/data/types.ts';
import type { TestWorker } from '../../../support/worker.ts';
import type { Case } from './cases/case.ts';
import { conversions } from './cases/conversions.ts';
import { delimited } from './cases/delimited.ts';
import { filterCases } from './cases/filters.ts';
import { jsonLinesCases } from './cases/json-lines.ts';
import { mlTableText } from './cases/ml-table.ts';
import { pandasPython, plainText, pythonWorker } from './support.ts';

const groups: Readonly<Record<string, readonly Case[]>> = {
  'delimited text of a plain file': delimited,
  'delimited text of an MLTable': mlTableText,
  'JSON lines': jsonLinesCases,
  transformations: conversions,
  filters: filterCases,
};
const cases = Object.values(groups).flat();

// Text of a cell: numbers and booleans as JSON has them, larger integers and all else as str() does.
const script = `
import json
def shown(value):
    if value is None or value != value: return None
    if type(value) is float and abs(value) != float("inf") or type(value) is bool: return value
    return value if type(value) is int and dtype == "int64" and abs(value) < 1000 else str(value)
def run(frame):
    global dtype
    lines = [json.dumps([str(t) for t in frame.dtypes])]
    columns = []
    for position in range(len(frame.columns)):
        dtype = str(frame.dtypes.iloc[position]) if len([t for t in frame.dtypes if str(t) == "uint64"]) == 0 else ""
        values = frame.iloc[:, position]
        columns.append([shown(v) for v in values.astype(object).where(values.notna(), None).tolist()])
    assert list(frame.index) == list(range(len(frame)))
    return lines + [json.dumps(row) for row in zip(*columns)]
`;

describe.skipIf(pandasPython === undefined)('a slice becomes a data frame', () => {
  const root = mkdtempSync(join(tmpdir(), 'tables-'));
  let worker: TestWorker;

  beforeAll(async () => {
    const readers = cases.map(({ columns, form, format, steps, output }): TableReader => {
      const reader = plainText(columns, root, form);
      return { ...reader, format: format ?? reader.format, transformations: steps ?? [], outputColumns: output ?? columns };
    });
    for (const [index, { content }] of cases.entries())
      writeFileSync(join(root, `${index}.data`), Buffer.concat([Buffer.from('head\n'), Buffer.from(content)]));
    worker = pythonWorker(script, { readers }, {}, pandasPython);
    worker.send(
      cases.map(({ content, slice }, index) => {
        const bytes: TableSlice = { kind: 'bytes', path: `${index}.data`, start: 5, end: 5 + Buffer.byteLength(content) };
        return [index, 1, [index, { ...bytes, ...slice } as TableSlice]];
      }),
    );
  });
  afterAll(async () => {
    await worker[Symbol.asyncDispose]();
    rmSync(root, { recursive: true });
  });

  for (const [group, members] of Object.entries(groups)) {
    describe(group, () => {
      for (const one of members) {
        test(one.name, async () => {
          const index = cases.indexOf(one);
          const failed = await worker.until(({ reports, outcomes }) => {
            const report = reports.find((report) => report.type === 'failed' && report.index === index);
            return report ?? (outcomes.some(([done]) => done === index) ? 'done' : undefined);
          });
          if (typeof one.gives === 'string') {
            expect(failed).toMatchObject({ phase: 'load', items: null, error: { type: 'DataError' } });
            if (typeof failed === 'object' && failed.type === 'failed') expect(failed.error.message).toContain(one.gives);
            return;
          }
          expect(failed).toBe('done');
          const lines = worker
            .rows(await worker.outcome(index))
            .trimEnd()
            .split('\n');
          expect(lines.map((line) => JSON.parse(line))).toEqual(one.gives);
        });
      }
    });
  }
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
