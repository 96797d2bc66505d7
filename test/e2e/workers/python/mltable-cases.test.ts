/** What the `mltable` library reads, and what Python workers read of the same folders. All cases go through one worker process. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '../../../cases/mltable/case.ts';
import { expectedOutcome, mltableCases } from '../../../cases/mltable/index.ts';
import { comparable, layOut, outcomeOf, type PlannedCase, planCase, wholeSlice } from '../../../support/mltable-cases.ts';
import type { TestWorker } from '../../../support/worker.ts';
import { pandasPython, pythonWorker } from './support.ts';

const values = readFileSync(join(import.meta.dirname, '../../../support/recorded_values.py'), 'utf8');
const script = `
import json
${values}
def run(frame):
    columns = [frame.iloc[:, position].astype(object) for position in range(len(frame.columns))]
    return [json.dumps([plain(value, "no such folder") for value in row]) for row in zip(*columns)]
`;

describe.skipIf(pandasPython === undefined)('a Python worker reads an MLTable as the library does, or as docs/data.md says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mltable-'));
  const planned = new Map<string, PlannedCase>();
  let worker: TestWorker;

  beforeAll(async () => {
    for (const [index, one] of mltableCases.entries()) {
      const root = join(folder, String(index));
      await layOut(one, root);
      const plan = await planCase(root, join(folder, `${index}.scratch`));
      if (!('error' in plan) && plan.plan.readers[0]?.kind === 'table' && plan.miniBatches.length > 0) planned.set(one.name, plan);
    }
    const all = [...planned.values()];
    worker = pythonWorker(script, { readers: all.flatMap(({ plan }) => plan.readers) }, {}, pandasPython);
    worker.send(all.map((one, index) => [index, 1, [index, wholeSlice(one)]]));
  }, 60_000);
  afterAll(async () => {
    await worker[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test.each(mltableCases)('$name', async ({ name }) => {
    const one = planned.get(name);
    const [reader] = one?.plan.readers ?? [];
    // What is refused before there are mini-batches, or has none, is the same for both languages.
    if (one === undefined || reader?.kind !== 'table') return;
    const index = [...planned.keys()].indexOf(name);
    const failed = await worker.until(({ reports, outcomes }) => {
      const report = reports.find((report) => report.type === 'failed' && report.index === index);
      return report ?? (outcomes.some(([done]) => done === index) ? 'done' : undefined);
    });
    let ours: Outcome = { error: 'a value that does not fit' };
    if (failed === 'done') {
      const text = worker.rows(await worker.outcome(index)).replaceAll(reader.root === '' ? '\0' : reader.root, '<root>');
      const lines = text.trimEnd().split('\n');
      ours = outcomeOf(
        reader,
        lines.filter((line) => line !== '').map((line) => JSON.parse(line)),
      );
    } else expect(failed).toMatchObject({ phase: 'load', error: { type: 'DataError' } });
    expect(comparable(ours)).toEqual(comparable(expectedOutcome(name)));
  });
});
