import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openEventLog } from '../../../src/events/log.ts';
import { followEvents, readEvents } from '../../../src/events/read.ts';
import type { EventBody, JobEvent } from '../../../src/events/types.ts';
import { eventBody } from './arbitrary.ts';

const folder = mkdtempSync(join(tmpdir(), 'events-'));
afterAll(() => rmSync(folder, { recursive: true }));
let logs = 0;
const newPath = () => join(folder, `${++logs}.jsonl`);

const running: EventBody = { type: 'job_status', status: 'Running' };
const completed: EventBody = { type: 'job_status', status: 'Completed' };
const notice = (message: string): EventBody => ({ type: 'notice', level: 'info', message });

async function record(path: string, bodies: readonly EventBody[]): Promise<void> {
  const log = openEventLog(path);
  for (const body of bodies) log.emit(body);
  await log.close();
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

const read = (path: string, from?: number): Promise<JobEvent[]> => collect(readEvents(path, from === undefined ? {} : { from }));
const numbers = (events: readonly JobEvent[]) => events.map((event) => event.n);

describe('an event log', () => {
  test('numbers events from 1 without gaps over any number of lives, and gives back what was emitted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(eventBody, { maxLength: 8 }), { maxLength: 4 }), async (lives) => {
        const path = newPath();
        for (const life of lives) await record(path, life);
        const events = await read(path);
        expect(events.map(({ n: _n, time: _time, ...body }) => body)).toEqual(lives.flat());
        expect(numbers(events)).toEqual(lives.flat().map((_, i) => i + 1));
      }),
      { numRuns: 50 },
    );
  });

  test('passes over a damaged line that has an event behind it, and waits for one that has not', async () => {
    const path = newPath();
    await record(path, [running, notice('a'), notice('b'), completed]);
    const lines = readFileSync(path, 'utf8').split(/(?<=\n)/);
    for (const damage of ['{"n": 2, "ti\n', '7\n', '\n', `${'\0'.repeat(5000)}\n`]) {
      writeFileSync(path, [lines[0], damage, lines[2], lines[3]].join(''));
      expect(numbers(await read(path))).toEqual([1, 3, 4]);
      writeFileSync(path, [lines[0], lines[1], damage].join(''));
      expect(numbers(await read(path))).toEqual([1, 2]);
    }
  });

  test('continues after a tail torn at any byte, losing only the line that was torn', async () => {
    const whole = newPath();
    await record(whole, [running, notice('größer'), notice('b'), completed]);
    const bytes = readFileSync(whole);
    for (let length = 0; length <= bytes.length; length++) {
      const path = newPath();
      writeFileSync(path, bytes.subarray(0, length));
      const kept = bytes.subarray(0, length).filter((byte) => byte === 10).length;
      expect(await read(path)).toHaveLength(kept);
      await record(path, [running]);
      expect(numbers(await read(path))).toEqual(Array.from({ length: kept + 1 }, (_, i) => i + 1));
    }
  });

  test('cuts off lines that a power loss filled with zeros', async () => {
    const path = newPath();
    await record(path, [running]);
    appendFileSync(path, Buffer.concat([Buffer.alloc(100), Buffer.from('\n'), Buffer.alloc(9)]));
    expect(numbers(await read(path))).toEqual([1]);
    await record(path, [completed]);
    expect(numbers(await read(path))).toEqual([1, 2]);
  });

  test('finds the last number behind a last line longer than what is read at once', async () => {
    const path = newPath();
    await record(path, [running, notice('x'.repeat(3_000_000))]);
    await record(path, [completed]);
    expect(numbers(await read(path, 2))).toEqual([2, 3]);
  });

  test('a disk that refuses to write neither throws nor stops the listener, and is told once', async () => {
    const path = newPath();
    symlinkSync('/dev/full', path);
    const told: string[] = [];
    const heard: number[] = [];
    const log = openEventLog(path, { warn: (message) => told.push(message), onEvent: (event) => heard.push(event.n) });
    log.emit(running);
    await log.flush();
    log.emit(completed);
    await log.close();
    expect(heard).toEqual([1, 2]);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/ENOSPC/);
  });

  test('an unfinished line is not read until it is whole', async () => {
    const path = newPath();
    await record(path, [running, completed]);
    const bytes = readFileSync(path);
    truncateSync(path, bytes.length - 1);
    expect(numbers(await read(path))).toEqual([1]);
  });

  test('there is nothing to read where there is no log', async () => {
    expect(await read(newPath())).toEqual([]);
  });
});

describe('following', () => {
  test('waits for the log, tells every event once and ends with the job', async () => {
    const path = newPath();
    const followed = collect(followEvents(path));
    const log = openEventLog(path);
    for (let i = 0; i < 300; i++) {
      log.emit(notice(`${i}`));
      if (i % 50 === 0) await log.flush();
    }
    log.emit(completed);
    await log.close();
    expect(numbers(await followed)).toEqual(Array.from({ length: 301 }, (_, i) => i + 1));
  });

  test('goes on past the end of an earlier life to the end of the last', async () => {
    const path = newPath();
    await record(path, [running, { type: 'job_status', status: 'Failed' }]);
    await record(path, [running, completed]);
    expect(numbers(await collect(followEvents(path, { from: 2 })))).toEqual([2, 3, 4]);
  });

  test('ends when the coordinator is gone, after what it left behind', async () => {
    const path = newPath();
    await record(path, [running, notice('last words')]);
    expect(await collect(followEvents(path, { alive: () => false }))).toHaveLength(2);
  });

  test('ends when it is told to', async () => {
    const path = newPath();
    await record(path, [running]);
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const event of followEvents(path, { signal: stop.signal })) {
      seen.push(event.n);
      setImmediate(() => stop.abort());
    }
    expect(seen).toEqual([1]);
  });

  test('reads on from the line boundary when a torn tail was cut and rewritten', async () => {
    const path = newPath();
    await record(path, [running]);
    appendFileSync(path, '{"n":2,"time":"2026-01-01T00:00:00.000Z","type":"notice","message":"torn');
    const followed = followEvents(path);
    expect((await followed.next()).value).toMatchObject({ n: 1 });
    const rest = collect(followed);
    await record(path, [notice('whole'), completed]);
    expect(await rest).toMatchObject([{ n: 2, message: 'whole' }, { n: 3 }]);
  });
});
