/** What `run` returns: what is refused, and how it stands in the output. */
import { existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { nodeCommand } from '../../../../src/workers/local/typescript-host.ts';
import { TestWorker } from '../../../support/worker.ts';
import { nodeWorker, task } from './support.ts';

describe('refused, saying what came back and what is allowed', () => {
  test.each([
    ['undefined', 'run returned undefined; it must return an array.*Return \\[\\]'],
    ['null', 'run returned null; '],
    ["'rows'", 'run returned the string "rows"; '],
    ['7', 'run returned the number 7; '],
    ['{ a: 1, b: 2 }', 'run returned an object \\{a, b\\}; '],
    ['new Map()', 'run returned a Map; '],
    ['Buffer.from("x")', 'run returned a Buffer; '],
    ['Promise.resolve()', 'run returned undefined; '],
    ['[1, undefined]', 'element 1 of what run returned is undefined'],
    ['[() => 1]', 'element 0 of what run returned is the function'],
    ['[Promise.resolve(1)]', 'element 0 of what run returned is a promise.*Promise\\.all'],
  ])('%s', async (value, message) => {
    await using worker = nodeWorker({ 'e.js': `export const run = () => (${value});` });
    worker.send([task(0)]);
    const { error, phase, items } = await worker.report('failed');
    expect({ type: error.type, phase, items }).toEqual({ type: 'BadReturn', phase: 'return', items: 2 });
    expect(error.message).toMatch(new RegExp(message));
  });

  test('a promise among the rows also where rows are only counted', async () => {
    await using worker = nodeWorker({ 'e.js': 'export const run = (b) => b.map(async (x) => x);' }, { output: { kind: 'summary_only' } });
    worker.send([task(0)]);
    expect((await worker.report('failed')).error.type).toBe('BadReturn');
  });

  test('too few rows, where that is set to fail', async () => {
    await using worker = nodeWorker({ 'e.js': 'export const run = () => [1];' }, { failOnShortReturn: true });
    worker.send([task(0)]);
    expect((await worker.report('failed')).error.message).toContain('1 rows for 2 items');
  });
});

describe('in the output', () => {
  test('each row stands on its own line, and outcomes name their bytes', async () => {
    const script = `let n = 0;
export const run = (batch) => [\`\${n++} é\`, ...batch];`;
    await using worker = nodeWorker({ 'e.js': script });
    worker.send([task(4), task(5, []), task(6)]);
    const outcomes = await worker.until(({ outcomes }) => outcomes.length === 3 && outcomes);
    const rows = outcomes.map((outcome) => worker.rows(outcome));
    expect(rows).toEqual(['0 é\n/data/a.png\n/data/b.png\n', '1 é\n', '2 é\n/data/a.png\n/data/b.png\n']);
    const bytes = readFileSync(worker.segmentFile);
    for (const [, , , , offset, length, crc] of outcomes) expect(crc32(bytes.subarray(offset, offset + length))).toBe(crc);
    expect(outcomes.map((outcome) => outcome.slice(0, 4))).toEqual([
      [4, 1, 2, 3],
      [5, 1, 0, 1],
      [6, 1, 2, 3],
    ]);
  });

  test('more than any buffer holds, of one mini-batch, behind rows of a failed attempt', async () => {
    const script = `export function* run(batch) {
  for (let n = 0; n < 40_000; n++) yield \`row \${n} \${'ü'.repeat(20)}\`;
  yield 'x'.repeat(1_000_000);
  if (batch.length === 1) throw new Error('late');
}`;
    await using worker = nodeWorker({ 'e.js': script });
    worker.send([task(0, ['a']), task(1)]);
    const outcome = await worker.outcome(1);
    const text = worker.rows(outcome);
    const lines = text.split('\n');
    expect(lines.length).toBe(40_002);
    expect(lines[39_999]).toBe(`row 39999 ${'ü'.repeat(20)}`);
    expect(lines[40_000]?.length).toBe(1_000_000);
    expect(crc32(Buffer.from(text))).toBe(outcome[6]);
    expect(await worker.report('failed')).toMatchObject({ index: 0, error: { message: 'late' } });
  });

  test('objects in a CSV file have one header, told apart from the rows', async () => {
    await using worker = new TestWorker({ 'e.js': `export const run = (batch) => batch.map((path, n) => ({ path, n, note: 'a, "b"' }));` });
    worker.start(nodeCommand(), { entryScript: 'e.js', output: worker.appends({ form: 'csv', toCsv: {} }) });
    worker.send([task(0, ['a.png']), task(1, ['b.png'])]);
    expect(worker.rows(await worker.outcome(1))).toBe('/data/b.png,0,"a, ""b"""\n');
    expect(worker.reports.filter(({ type }) => type === 'header')).toEqual([{ type: 'header', text: 'path,n,note\n' }]);
  });

  test('nothing is written where rows are only counted', async () => {
    await using worker = nodeWorker({ 'e.js': 'export const run = (b) => b;' }, { output: { kind: 'summary_only' } });
    worker.send([task(0)]);
    expect((await worker.outcome(0)).slice(2, 7)).toEqual([2, 2, 0, 0, 0]);
    expect(existsSync(worker.segmentFile)).toBe(false);
  });

  test('rows that cannot be written fail their mini-batches, each by itself', async () => {
    await using worker = new TestWorker({ 'e.js': 'export const run = (b) => b;' });
    worker.start(nodeCommand(), { entryScript: 'e.js', output: worker.appends({ form: 'json_lines' }, '/dev/full') });
    worker.send([task(0), task(1)]);
    const failed = await worker.until(({ reports }) => {
      const found = reports.filter((report) => report.type === 'failed');
      return found.length === 2 && found;
    });
    expect(failed.map(({ index, phase, error }) => [index, phase, error.type])).toEqual([
      [0, 'write', 'OutputError'],
      [1, 'write', 'OutputError'],
    ]);
    expect(failed[0]?.error.message).toContain('ENOSPC');
    expect(worker.outcomes).toEqual([]);
  });
});

test('each attempt has a line in the log of its worker', async () => {
  await using worker = nodeWorker({ 'e.js': 'export const run = (b) => { if (b.length === 1) throw new Error("no"); return [1]; };' });
  worker.send([task(0), task(1, ['a'], 3)]);
  await worker.report('failed');
  const lines = worker.taskLog.split('\n').map((line) => line.replace(/^\S+Z /, '').replace(/, [\d.]+ s, run [\d.]+ s$/, ''));
  expect(lines).toEqual(['mini-batch 0 attempt 1: 2 items, 1 ok, 1 failed', 'mini-batch 1 attempt 3: 1 items, 0 ok, 1 failed', '']);
});
