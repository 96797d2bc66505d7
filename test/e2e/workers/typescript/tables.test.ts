/** Mini-batches of tables: the worker reads its own slice. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TableReader } from '../../../../src/data/types.ts';
import { nodeCommand } from '../../../../src/workers/local/typescript-host.ts';
import type { WireTask as Task } from '../../../../src/workers/protocol/wire.ts';
import { TestWorker } from '../../../support/worker.ts';

const lines = ['{"city":"Oslo","n":1}\n', '{"city":"Bergen","n":2}\n', '{"city":"Moss","n":null}\n', 'no json\n'];

function reader(root: string): TableReader {
  const columns = [
    { name: 'city', type: 'string', nullable: false },
    { name: 'n', type: 'integer', nullable: true },
  ] as const;
  return {
    kind: 'table',
    name: 'cities',
    root,
    format: { kind: 'json_lines', encoding: 'utf-8', badRows: 'error' },
    columns,
    transformations: [],
    outputColumns: columns,
    typesHint: '',
  };
}

/** A mini-batch of lines [from, to). */
function slice(index: number, from: number, to: number): Task {
  const bytes = (count: number) => lines.slice(0, count).join('').length;
  return [index, 1, [0, { kind: 'bytes', path: 'cities.jsonl', start: bytes(from), end: bytes(to) }]];
}

function tableWorker(script: string): TestWorker {
  const worker = new TestWorker({ 'e.ts': script });
  writeFileSync(join(worker.folder, 'cities.jsonl'), lines.join(''));
  return worker.start(nodeCommand(), { entryScript: 'e.ts', readers: [reader(worker.folder)] });
}

test('run gets rows, columns and a length', async () => {
  await using worker = tableWorker(`import type { RunContext, Table } from 'parallelrun/entry-script';
export function run(table: Table<{ city: string; n: number | null }>, { datasetName, dataset }: RunContext) {
  const types = table.columns.map(({ name, type }) => name + ' ' + type);
  return [table.length, types.join(), JSON.stringify([...table]), [...table.column('city')].join(), datasetName, dataset.paths.length];
}`);
  worker.send([slice(0, 0, 3)]);
  const outcome = await worker.outcome(0);
  const rows = '[{"city":"Oslo","n":1},{"city":"Bergen","n":2},{"city":"Moss","n":null}]';
  expect(worker.rows(outcome)).toBe(`3\ncity string,n integer\n${rows}\nOslo,Bergen,Moss\ncities\n1\n`);
  expect(outcome.slice(2, 4)).toEqual([3, 6]);
});

test('a table may be returned as it is', async () => {
  await using worker = tableWorker('export const run = (table) => table;');
  worker.send([slice(0, 0, 2), slice(1, 2, 3)]);
  expect(worker.rows(await worker.outcome(0))).toBe(lines.slice(0, 2).join(''));
  expect(worker.rows(await worker.outcome(1))).toBe(lines[2]);
});

test('data that cannot be read fails its own attempt, also when it was fetched ahead', async () => {
  await using worker = tableWorker('export const run = (table) => table;');
  worker.send([slice(0, 0, 2), slice(1, 3, 4), slice(2, 2, 3)]);
  worker.send({ type: 'load', task: slice(3, 3, 5) });
  worker.send({ type: 'go', index: 3 });
  const failed = await worker.until(({ reports }) => {
    const found = reports.filter((report) => report.type === 'failed');
    return found.length === 2 && found;
  });
  for (const report of failed) expect(report).toMatchObject({ phase: 'load', items: null, runMs: 0, error: { type: 'DataError' } });
  expect(failed[0]?.error.message).toContain('cities.jsonl:4');
  expect(failed[0]?.error.stack).toBeUndefined();
  expect(worker.rows(await worker.outcome(2))).toBe(lines[2]);
});

test('of a part only its rows are run, and run is not called for rows that there are not', async () => {
  await using worker = tableWorker(`export function run(table) {
  if (table.length === 0) throw new Error('called for nothing');
  return [...table].map((row) => row.city + ' of ' + table.column('city').length);
}`);
  const [index, , descriptor] = slice(0, 0, 3);
  worker.send([
    [index, 5, descriptor, 1, 3],
    [index, 6, descriptor, 2, 9],
    [index, 70_000, descriptor, 3, 4],
  ]);
  const ended = await worker.until(({ outcomes }) => outcomes.length === 3 && outcomes);
  expect(ended.map((outcome) => [outcome[1], outcome[2], worker.rows(outcome)])).toEqual([
    [5, 2, 'Bergen of 2\nMoss of 2\n'],
    [6, 1, 'Moss of 1\n'],
    [70_000, 0, ''],
  ]);
});
