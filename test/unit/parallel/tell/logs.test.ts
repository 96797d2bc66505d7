import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { FailedAttempt, StepSummary } from '../../../../src/events/types.ts';
import { ErrorKinds } from '../../../../src/parallel/tell/error-kinds.ts';
import { openStepLogs } from '../../../../src/parallel/tell/logs.ts';

const root = mkdtempSync(join(tmpdir(), 'logs-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String(++folders));
const refuse = (message: string): never => {
  throw new Error(message);
};

const python = (line: number, message: string) =>
  `Traceback (most recent call last):\n  File "score.py", line 3, in run\n  File "score.py", line ${line}, in parse\nValueError: ${message}`;
const failure = (miniBatch: number, message: string, line = 10, final = true): FailedAttempt => ({
  miniBatch,
  attempt: final ? 3 : 1,
  worker: 'process001',
  error: { type: 'ValueError', message, stack: python(line, message) },
  final,
  what: `images/${miniBatch}.png (1 file)`,
});

const counts = { total: 10, planned: true, done: 7, failed: 3, retries: 6 };
const summary: StepSummary = {
  miniBatches: counts,
  items: { total: 100, done: 70, failed: 30 },
  shortReturns: 2,
  slowest: [{ miniBatch: 4, worker: 'process000', seconds: 1.5, what: 'images/4.png (1 file)' }],
  errors: [],
};

describe('kinds of errors', () => {
  test('are told apart by type and line, not by what the message says of the item', () => {
    const kinds = new ErrorKinds();
    kinds.add(failure(1, 'bad value 17'));
    kinds.add(failure(2, 'bad value 18'));
    kinds.add(failure(3, 'bad value 18', 99));
    expect(kinds.commonest().map((kind) => [kind.attempts, kind.examples])).toEqual([
      [2, [1, 2]],
      [1, [3]],
    ]);
  });

  test('without a stack are told apart by the message but for numbers and quoted names', () => {
    const kinds = new ErrorKinds();
    for (const message of ['file "a.csv" has 3 columns', 'file "b.csv" has 4 columns', 'no such file'])
      kinds.add({ ...failure(1, message), error: { type: 'DataError', message } });
    expect(kinds.count).toBe(2);
  });

  test('in JavaScript are told apart by the first frame', () => {
    const kinds = new ErrorKinds();
    for (const line of [5, 5, 6])
      kinds.add({
        ...failure(1, 'x'),
        error: { type: 'Error', message: 'x', stack: `Error: x\n    at run (score.ts:${line}:1)\n    at b` },
      });
    expect(kinds.commonest().map((kind) => kind.attempts)).toEqual([2, 1]);
  });

  test('are counted in bounded memory, however many there are', () => {
    const kinds = new ErrorKinds();
    for (let i = 0; i < 10_000; i++) kinds.add(failure(i, 'x', i));
    expect([kinds.count, kinds.attempts, kinds.beyond]).toEqual([200, 10_000, 9_800]);
    expect(kinds.summary()).toMatchObject({ errors: { length: 5 }, errorKinds: 200 });
  });
});

function opened(folder: string, warn: (message: string) => void) {
  const errors = new ErrorKinds();
  const logs = openStepLogs(folder, errors, warn);
  return { logs, fail: (failed: FailedAttempt) => logs.attemptFailed(failed, errors.add(failed)) };
}

describe('the logs of a step', () => {
  test('tell errors commonest first, with full stacks of some and the number of all', async () => {
    const folder = newFolder();
    const { logs, fail } = opened(folder, refuse);
    fail(failure(0, 'rare', 77, false));
    for (let i = 1; i <= 1000; i++) fail(failure(i, `bad value ${i}`));
    await logs.close();
    const text = readFileSync(join(folder, 'user', 'error.txt'), 'utf8');
    expect(text).toMatch(/^1,001 failed attempts of 2 kinds, commonest first\.\n1,000 mini-batches failed for good/);
    expect(text).toContain('Full stacks of 6 of 1,001 failed attempts');
    expect(text.indexOf('1. 1,000 × ValueError: bad value 1')).toBeLessThan(text.indexOf('2. 1 × ValueError: rare'));
    expect(text).toContain('| ValueError: bad value 1');
    const stacks = readdirSync(join(folder, 'user', 'error'));
    expect(stacks).toHaveLength(6);
    expect(readFileSync(join(folder, 'user', 'error', '0001.ValueError.mini_batch_0.attempt_1.txt'), 'utf8')).toContain(python(77, 'rare'));
  });

  test('of a resumed step keep the stacks of its earlier lives', async () => {
    const folder = newFolder();
    for (const message of ['first life', 'second life']) {
      const { logs, fail } = opened(folder, refuse);
      fail(failure(5, message));
      await logs.close();
    }
    expect(readdirSync(join(folder, 'user', 'error')).sort()).toEqual([
      '0001.ValueError.mini_batch_5.attempt_3.txt',
      '0002.ValueError.mini_batch_5.attempt_3.txt',
    ]);
  });

  test('tell the last progress and the result, however rarely progress was sampled', async () => {
    const folder = newFolder();
    const { logs } = opened(folder, refuse);
    const progress = { miniBatches: { ...counts, done: 1 }, items: { total: 100, done: 10, failed: 0 }, workers: 2, running: [] };
    logs.overview(progress);
    for (let done = 2; done <= 7; done++) logs.overview({ ...progress, miniBatches: { ...counts, done } });
    logs.decided('started 2 workers');
    logs.result({ status: 'Failed', error: 'error_threshold 10 exceeded', summary });
    await logs.close();
    const overview = readdirSync(folder).find((name) => /^job_progress_overview\.\d{8}T\d{6}\.txt$/.test(name)) ?? '';
    const lines = readFileSync(join(folder, overview), 'utf8').trim().split('\n');
    expect(lines.map((line) => /(\d+) of 10 mini-batches done/.exec(line)?.[1])).toEqual(['1', '7']);
    const result = readFileSync(join(folder, 'job_result.txt'), 'utf8');
    expect(result).toContain('status: Failed\nerror: error_threshold 10 exceeded');
    expect(result).toContain('  4: 1.500 s on process000: images/4.png (1 file)');
    expect(readFileSync(join(folder, 'sys', 'master_role.txt'), 'utf8')).toMatch(/Z started 2 workers\n$/);
  });

  test('that cannot be written are told once and stop nothing', async () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'user'), 'a file where a folder is wanted');
    const told: string[] = [];
    const { logs, fail } = opened(folder, (message) => told.push(message));
    fail(failure(1, 'x'));
    logs.decided('y');
    logs.result({ status: 'Completed', summary });
    await logs.close();
    expect(told).toHaveLength(1);
    expect(readFileSync(join(folder, 'job_result.txt'), 'utf8')).toContain('status: Completed');
  });
});
