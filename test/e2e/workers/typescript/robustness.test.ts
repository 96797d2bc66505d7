/** Scripts that behave badly, and the protocol's less usual commands. */
import { readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { monotonicNow } from '../../../../src/os/clock.ts';
import { nodeWorker, task } from './support.ts';

describe('what the script throws', () => {
  test.each([
    ['in run', "throw new RangeError('no');", 'RangeError', 'no'],
    ['that is no Error', 'throw { code: 7 };', 'ThrownValue', '{ code: 7 }'],
    ['of a class without a name', "throw new (class NoModel extends Error {})('no');", 'NoModel', 'no'],
    [
      'that cannot be shown',
      "throw Object.defineProperty(new Error(), 'message', { get() { throw new Error('no message'); } });",
      'ThrownValue',
      'cannot be shown',
    ],
    [
      'with a cause',
      "throw new TypeError('fetch failed', { cause: new Error('refused') });",
      'TypeError',
      'fetch failed (caused by Error: refused)',
    ],
    [
      'of several errors',
      "throw new AggregateError([new RangeError('a'), new Error('b')], 'two of them');",
      'AggregateError',
      'two of them (caused by RangeError: a; Error: b)',
    ],
    ['that is its own cause', "const e = new Error(''); e.cause = e; throw e;", 'Error', '(no message)'],
    ['of enormous length', "throw new Error('start' + 'x'.repeat(1e7) + 'end');", 'Error', 'characters left out'],
    ['later, in a promise', "return Promise.reject(new TypeError('no'));", 'TypeError', 'no'],
    ['while its generator is drained', "return (function* () { yield 1; throw new Error('no'); })();", 'Error', 'no'],
  ])('%s fails the attempt, and the worker goes on', async (_, body, type, message) => {
    await using worker = nodeWorker({ 'e.js': `export function run(b) { if (b.length === 2) { ${body} } return b; }` });
    worker.send([task(0), task(1, ['a'])]);
    const failed = await worker.report('failed');
    expect(failed).toMatchObject({ index: 0, attempt: 1, items: 2, phase: 'run', error: { type } });
    expect(failed.error.message).toContain(message);
    expect(worker.rows(await worker.outcome(1))).toBe('/data/a\n');
  });

  test.each([
    ['from a timer', "setTimeout(() => { throw new RangeError('late'); }, 1);"],
    ['from an event', "createServer().listen(0).once('listening', () => { throw new RangeError('late'); }).unref();"],
    ['into a promise without a handler', "Promise.reject(new RangeError('late'));"],
    ['in a promise’s continuation', "setTimeout(async () => { await null; throw new RangeError('late'); }, 1);"],
  ])('%s fails the mini-batch that waits for it, and the worker goes on', async (_, body) => {
    await using worker = nodeWorker({
      'e.js': `import { createServer } from 'node:net';
export function run(b) { if (b.length === 1) return b; ${body} return new Promise(() => {}); }`,
    });
    worker.send([task(0, ['a']), task(1), task(2, ['c'])]);
    await worker.outcome(2);
    expect(worker.reports.filter(({ type }) => type === 'failed')).toMatchObject([
      { index: 1, phase: 'run', error: { type: 'RangeError', message: 'late' } },
    ]);
    expect(worker.outcomes.map(([index]) => index)).toEqual([0, 2]);
    expect(worker.taskLog.match(/mini-batch \d+ attempt 1: \d items?, \d ok/g)).toHaveLength(3);
  });

  test('into a promise that a synchronous run leaves behind fails that mini-batch, and no other of its frame', async () => {
    await using worker = nodeWorker({
      'e.js': "export function run(b) { if (b.length === 2) Promise.reject(new RangeError('left')); return b; }",
    });
    worker.send([task(0, ['a']), task(1), task(2, ['c']), task(3), task(4, ['e'])]);
    await worker.outcome(4);
    expect(worker.reports.flatMap((report) => (report.type === 'failed' ? [report.index] : []))).toEqual([1, 3]);
    expect(worker.outcomes.map((outcome) => worker.rows(outcome))).toEqual(['/data/a\n', '/data/c\n', '/data/e\n']);
  });

  test('after its mini-batch was done is told with that one’s number, and not charged to the one at work', async () => {
    const script = `let next;
export async function run(b) {
  if (b.length === 1) return new Promise((resolve) => { next = () => resolve(b); });
  setTimeout(function wait() {
    if (next === undefined) return setTimeout(wait, 1);
    setImmediate(next);
    Promise.reject(new RangeError('too late'));
  }, 1);
  return b;
}`;
    await using worker = nodeWorker({ 'e.js': script });
    worker.send([task(0)]);
    await worker.outcome(0);
    worker.send([task(1, ['a'])]);
    await worker.outcome(1);
    expect((await worker.report('notice')).message).toMatch(/of mini-batch 0, which counts as done.*too late/);
    expect(worker.reports.filter(({ type }) => type === 'failed')).toEqual([]);
  });

  test('from what init() began fails what is at work and ends the process', async () => {
    const script = `export function init() { setTimeout(function wait() {
  if (globalThis.isAtWork) throw new RangeError('lost connection');
  setTimeout(wait, 1);
}, 1); }
export function run() { globalThis.isAtWork = true; return new Promise(() => {}); }`;
    await using worker = nodeWorker({ 'e.js': script });
    worker.send([task(0)]);
    const failed = await worker.report('failed');
    expect(failed).toMatchObject({ index: 0, error: { type: 'RangeError', message: 'lost connection' } });
    expect(failed.error.stack).toContain('e.js:2:');
    expect((await worker.exit()).code).toBe(1);
    expect(worker.marker?.phase).toBe('idle');
  });

  test('into a promise is the script’s own affair when it listens for that', async () => {
    const script = `process.on('unhandledRejection', () => console.log('heard'));
export async function run(b) { Promise.reject(new Error('known')); await new Promise((resolve) => setTimeout(resolve, 1)); return b; }`;
    await using worker = nodeWorker({ 'e.js': script });
    worker.send([task(0)]);
    await worker.outcome(0);
    await worker.until(({ stdout }) => stdout === 'heard\n');
  });

  test('between two mini-batches is told and charged to none', async () => {
    const script = `export function run(b) { if (b.length === 2) setTimeout(() => { throw new Error('leftover'); }, 1); return b; }`;
    await using worker = nodeWorker({ 'e.js': script });
    worker.send([task(0)]);
    expect((await worker.report('notice')).message).toContain('leftover');
    worker.send([task(1, ['a'])]);
    await worker.outcome(1);
    expect(worker.stderr).toContain('Error: leftover');
  });

  test('again and again is told a few times, and stays in the log', async () => {
    const script = `export function run(b) { setInterval(() => { throw new Error('again'); }, 1); return b; }`;
    await using worker = nodeWorker({ 'e.js': script });
    worker.send([task(0)]);
    await worker.until(({ stderr }) => stderr.split('Error: again').length > 8);
    expect(worker.reports.filter(({ type }) => type === 'notice')).toHaveLength(5);
  });
});

test('what a script does to things that it shares with us changes nothing but its own rows', async () => {
  const script = `const evil = () => { throw new Error('evil'); };
JSON.parse = JSON.stringify = evil;
for (const name of ['map', 'push', 'splice', 'slice', 'shift', 'forEach', 'filter', 'join']) Array.prototype[name] = evil;
Object.prototype.toJSON = Array.prototype.toJSON = Number.prototype.toJSON = evil;
Object.prototype.surprise = 1;
for (const name of ['get', 'set', 'delete', 'values', 'has']) Map.prototype[name] = evil;
Date.now = performance.now = evil;
Array.isArray = Object.hasOwn = evil;
Object.getPrototypeOf([].keys()).next = evil;
Array.prototype[Symbol.iterator] = evil;
export function run(b, context) {
  if (b.length === 3) throw new Error('mine');
  if (b.length === 4) throw new Proxy({}, { get: evil, getPrototypeOf: evil, has: evil, ownKeys: evil });
  if (b.length === 5) throw Object.assign(new Error('x'), { name: { toString: evil } });
  if (b.length === 6) throw Object.assign(new Error('x'), { name: 7 });
  return [b[0], context.minibatchIndex];
}`;
  await using worker = nodeWorker({ 'e.js': script });
  await worker.report('ready');
  const of = (count: number) => Array.from({ length: count }, (_, at) => `${at}`);
  worker.send([task(0), task(1, of(3)), task(2, of(4)), task(3, of(5)), task(4, of(6)), task(5)]);
  worker.send({ type: 'load', task: task(6) });
  worker.send({ type: 'go', index: 6 });
  await worker.outcome(6);
  expect(worker.outcomes.map((outcome) => worker.rows(outcome))).toEqual(['/data/a.png\n0\n', '/data/a.png\n5\n', '/data/a.png\n6\n']);
  expect(worker.reports.flatMap((report) => (report.type === 'failed' ? [[report.index, report.error.type]] : []))).toEqual([
    [1, 'Error'],
    [2, 'ThrownValue'],
    [3, 'ThrownValue'],
    [4, '7'],
  ]);
  worker.send({ type: 'stop' });
  expect(await worker.report('stopped')).toEqual({ type: 'stopped' });
});

test('process.exit in run keeps what was done before and fails what runs', async () => {
  await using worker = nodeWorker({ 'e.js': 'export function run(b) { if (b.length === 2) process.exit(3); return b; }' });
  worker.send([task(0, ['a']), task(1), task(2, ['c'])]);
  const { index, error } = await worker.report('failed');
  expect(index).toBe(1);
  expect(error.message).toContain('process.exit(3)');
  expect((await worker.exit()).code).toBe(3);
  expect(worker.outcomes.map(([index]) => index)).toEqual([0]);
});

test('a closed stdout does not disturb the protocol', async () => {
  await using worker = nodeWorker({ 'e.js': "import { closeSync } from 'node:fs';\ncloseSync(1);\nexport const run = (b) => b;" });
  worker.send([task(0)]);
  await worker.outcome(0);
});

test('children of the script inherit neither end of the protocol', async () => {
  const script = `import { spawnSync } from 'node:child_process';
export const run = () => [spawnSync('sh', ['-c', 'ls -l /proc/self/fd'], { encoding: 'utf8' }).stdout];`;
  await using worker = nodeWorker({ 'e.js': script });
  worker.send([task(0)]);
  const listed = worker.rows(await worker.outcome(0));
  const own = [3, 4].map((fd) => readlinkSync(`/proc/${worker.pid}/fd/${fd}`));
  expect(listed).toMatch(/ 1 -> /);
  for (const link of own) expect(listed).not.toContain(link);
});

test('the marker says what a hanging worker is busy with', async () => {
  const script = `import { writeFileSync } from 'node:fs';
export function run() { writeFileSync(1, 'here'); for (;;); }`;
  await using worker = nodeWorker({ 'e.js': script });
  await worker.report('ready');
  const before = monotonicNow();
  worker.send([[7, 3, [0, ['a']]]]);
  await worker.until(({ stdout }) => stdout === 'here');
  expect(worker.marker).toMatchObject({ index: 7, attempt: 3, phase: 'running' });
  expect(worker.marker?.since).toBeGreaterThanOrEqual(before);
});

test('the end of the command pipe kills the worker with everything that it started', async () => {
  const script = `import { spawn } from 'node:child_process';
export async function run() {
  spawn('sleep', ['600'], { stdio: 'inherit' });
  console.log('started');
  await new Promise(() => {});
}`;
  await using worker = nodeWorker({ 'e.js': script });
  worker.send([task(0)]);
  await worker.until(({ stdout }) => stdout === 'started\n');
  worker.hangUp();
  // The child holds the output pipe too: this waits for its end as well.
  expect((await worker.exit()).signal).toBe('SIGKILL');
});

test('an interrupt of the terminal does not reach the script', async () => {
  await using worker = nodeWorker({ 'e.js': 'export const run = (b) => b;' });
  await worker.report('ready');
  worker.kill('SIGINT');
  worker.send([task(0)]);
  await worker.outcome(0);
});

test('a mini-batch sent ahead runs when told, and is forgotten when dropped', async () => {
  await using worker = nodeWorker({ 'e.js': 'export const run = (b) => b;' });
  worker.send({ type: 'load', task: task(0, ['a']) });
  worker.send({ type: 'load', task: task(1, ['b']) });
  worker.send({ type: 'drop', index: 0 });
  worker.send({ type: 'go', index: 0 });
  worker.send({ type: 'go', index: 1 });
  expect(worker.rows(await worker.outcome(1))).toBe('/data/b\n');
  worker.send({ type: 'stop' });
  await worker.exit();
  expect(worker.outcomes.map(([index]) => index)).toEqual([1]);
});

test('what was given before the order to stop is finished, and a failing shutdown is told', async () => {
  const script = "export const run = async (b) => b;\nexport function shutdown() { throw new Error('still open'); }";
  await using worker = nodeWorker({ 'e.js': script });
  worker.send([task(0), task(1)]);
  worker.send({ type: 'stop' });
  expect((await worker.report('stopped')).error).toMatchObject({ type: 'Error', message: 'still open' });
  expect(worker.outcomes.map(([index]) => index)).toEqual([0, 1]);
  expect((await worker.exit()).code).toBe(0);
});

test('under a debugger the script stops in its own run', async () => {
  await using worker = nodeWorker({ 'e.ts': 'export const run = (b: string[]) => b;' }, { debug: true });
  const address = await worker.until(({ stderr }) => /ws:\/\/\S+(?=\s)/.exec(stderr)?.[0]);
  const socket = new WebSocket(address);
  const paused = Promise.withResolvers<{ functionName: string }[]>();
  // Asked again until it stops: a first order may come before the worker waits for it.
  const go = () => socket.send(JSON.stringify({ id: 2, method: 'Runtime.runIfWaitingForDebugger' }));
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data));
    if (message.method === 'Debugger.paused') paused.resolve(message.params.callFrames);
    else if (message.id === 2) go();
  });
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  socket.send(JSON.stringify({ id: 1, method: 'Debugger.enable' }));
  go();
  worker.send([task(0)]);
  const frames = await paused.promise;
  expect(frames[0]?.functionName).toBe('run');
  socket.send(JSON.stringify({ id: 3, method: 'Debugger.resume' }));
  await worker.outcome(0);
  socket.close();
});
