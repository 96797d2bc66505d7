import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Reaper } from '../../../../src/os/reaper.ts';
import { spawnGroup } from '../../../../src/os/spawn-group.ts';
import { LogLimit, parseLogLimit } from '../../../../src/workers/local/log-limit.ts';
import { piecesOf } from '../../../../src/workers/protocol/printed.ts';
import { temporaryFolder } from '../../../support/folder.ts';

function watched(limit: number, pid?: number) {
  const folder = temporaryFolder();
  const logs = { pid, stdout: join(folder, 'out'), stderr: join(folder, 'err'), tasks: join(folder, 'tasks') };
  const told: string[] = [];
  const guard = new LogLimit(
    limit,
    () => [logs],
    (message) => told.push(message),
  );
  onTestFinished(() => guard.close());
  return { logs, told, guard, read: () => readFileSync(logs.stdout, 'utf8').trimEnd().split('\n') };
}

const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}\n`).join('');

test('the head and the tail of a log that is too long are kept, and what is left out is counted', () => {
  const { logs, told, guard, read } = watched(1024);
  writeFileSync(logs.stdout, lines(100, 200));
  guard.look();
  expect(read()).toHaveLength(100);
  let written = 100;
  for (const upTo of [250, 300, 1000]) {
    appendFileSync(logs.stdout, lines(100 + written, 100 + upTo));
    written = upTo;
    guard.look();
    const kept = read();
    const note = kept.findIndex((line) => line.startsWith('['));
    const [head, tail] = [kept.slice(0, note), kept.slice(note + 1)];
    expect(head).toEqual(
      lines(100, 100 + head.length)
        .trimEnd()
        .split('\n'),
    );
    expect(tail.at(-1)).toBe(`line ${99 + upTo}`);
    expect(tail).toEqual(
      lines(100 + upTo - tail.length, 100 + upTo)
        .trimEnd()
        .split('\n'),
    );
    expect(head.length).toBeGreaterThan(40);
    expect(tail.length).toBeGreaterThan(20);
    const left = lines(100 + head.length, 100 + upTo - tail.length).length;
    expect(kept[note]).toBe(`[${left} bytes left out here: the log is longer than 1024 bytes]`);
  }
  expect(told).toHaveLength(1);
  const cuts = readFileSync(logs.tasks, 'utf8').trimEnd().split('\n');
  expect(cuts).toHaveLength(3);
  // What is in the log of mini-batches leads to the same line.
  const first = { stdout: readFileSync(logs.stdout).length, stderr: 0 };
  expect([...piecesOf([' mini-batch 7 attempt 1, stdout 0-9', ...cuts], first)]).toHaveLength(1 + 1);
});

test('a process goes on printing while its log is cut, and no line is torn or lost behind the cut', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  const group = spawnGroup(
    {
      file: 'bash',
      args: ['-c', 'for ((i = 1; i <= 20000; i++)); do echo "line $i"; done'],
      workingDirectory: folder,
      environmentVariables: { PATH: process.env.PATH ?? '' },
      stdout: out,
      stderr: join(folder, 'err'),
    },
    new Reaper('log-limit-test'),
  );
  const logs = { pid: group.pid, stdout: out, stderr: join(folder, 'err'), tasks: join(folder, 'tasks') };
  const guard = new LogLimit(
    8192,
    () => [logs],
    () => {},
  );
  let isOver = false;
  void group.ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    guard.look();
    await new Promise((resolve) => setImmediate(resolve));
  }
  guard.close();
  const kept = readFileSync(out, 'utf8').trimEnd().split('\n');
  const note = kept.findIndex((line) => line.startsWith('['));
  const tail = kept.slice(note + 1);
  expect(tail.at(-1)).toBe('line 20000');
  expect(tail).toEqual(Array.from({ length: tail.length }, (_, i) => `line ${20_001 - tail.length + i}`));
  expect(Buffer.byteLength(kept.join('\n'))).toBeLessThanOrEqual(8192);
});

test('the limit is a size', () => {
  expect([undefined, '2kb', '3MB', '1gb', '4096', '5 KiB', 'none'].map(parseLogLimit)).toEqual([
    100 * 1024 ** 2,
    2048,
    3 * 1024 ** 2,
    1024 ** 3,
    4096,
    5120,
    Number.POSITIVE_INFINITY,
  ]);
  for (const wrong of ['0', '-1', '1.5mb', '10 xb', '100', 'many']) expect(() => parseLogLimit(wrong)).toThrow(/PARALLELRUN_LOG_LIMIT is/);
});
