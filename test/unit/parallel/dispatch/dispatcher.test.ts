/** Who works on what, seen from a worker's end of its link. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { FailedAttempt } from '../../../../src/events/types.ts';
import { lossReason } from '../../../../src/parallel/dispatch/death.ts';
import { Dispatcher } from '../../../../src/parallel/dispatch/dispatcher.ts';
import { Queue } from '../../../../src/parallel/dispatch/queue.ts';
import { Manifest } from '../../../../src/parallel/plan/manifest.ts';
import { Recorder } from '../../../../src/parallel/record/recorder.ts';
import type { Compute, WorkerExit, WorkerLink, WorkerListener } from '../../../../src/workers/compute.ts';
import type { Assignment, Command, Doing, Outcome, Report } from '../../../../src/workers/protocol/messages.ts';
import { FakeClock, FakeSegments } from '../../../support/fake-compute.ts';

/** A link whose other end is the test. */
class Puppet implements WorkerLink {
  readonly commands: Command[] = [];
  readonly #listener: WorkerListener;
  now: Doing | undefined;
  wasKilled = false;

  constructor(listener: WorkerListener) {
    this.#listener = listener;
  }

  send(command: Command): void {
    this.commands.push(command);
  }

  doing(): Doing | undefined {
    return this.now;
  }

  killHung(): void {
    this.kill();
  }

  kill(): void {
    this.wasKilled = true;
  }

  say(report: Report): void {
    this.#listener.report(report);
  }

  ready(): void {
    this.say({ type: 'ready', pid: 1, initMs: 0, interpreter: 'puppet' });
  }

  exit(exit: WorkerExit = { kind: 'killed', signal: 'SIGKILL' }): void {
    this.#listener.exit(exit);
  }

  /** Mini-batches that it was given leave to run, each as index/attempt. */
  get tasks(): readonly string[] {
    const loaded = new Map<number, string>();
    return this.commands.flatMap((command) => {
      if (command.type === 'run') return command.assignments.map(nameOf);
      if (command.type === 'load') loaded.set(command.assignment.index, nameOf(command.assignment));
      return command.type === 'go' ? (loaded.get(command.index) ?? []) : [];
    });
  }

  /** Ends all that it has leave to run, in order, and what it is given for that, until there is nothing more. */
  finish(): void {
    for (let at = 0; at < this.tasks.length; at += 1) {
      const [index = 0, attempt = 0] = (this.tasks[at] ?? '').split('/').map(Number);
      this.say(done(index, attempt));
    }
  }
}

function nameOf({ index, attempt }: Assignment): string {
  return `${index}/${attempt}`;
}

async function theatre({ miniBatches, slots = 1 }: { readonly miniBatches: number; readonly slots?: number }) {
  const folder = mkdtempSync(join(tmpdir(), 'dispatcher-'));
  const puppets: Puppet[] = [];
  const told = {
    failures: [] as FailedAttempt[],
    lost: [] as string[],
    starts: [] as string[],
    gaveUp: [] as string[],
    notices: [] as string[],
  };
  const segments = new FakeSegments();
  const compute: Compute = {
    program: 'puppet',
    segments,
    nodes: [
      {
        name: 'node0',
        slots: Array.from({ length: slots }, (_, number) => ({ number, name: `process${number}`, label: `process${number}` })),
        start(_slot, _order, listener) {
          const puppet = new Puppet(listener);
          puppets.push(puppet);
          return puppet;
        },
      },
    ],
    watchNodes: () => {},
    use: async () => ({ workers: [], gpus: [] }),
    machines: async () => [],
  };
  const manifest = Manifest.begin(join(folder, 'manifest.jsonl'));
  manifest.append(
    Array.from({ length: miniBatches }, (_, index) => ({ reader: 0, slice: { kind: 'files' as const, paths: [`${index}`] } })),
  );
  const describe = (text: string) => text;
  const recorder = await Recorder.open({
    ledger: join(folder, 'ledger.bin'),
    segments,
    workerName: String,
    describe,
    manifest,
    missingFail: true,
  });
  recorder.tally.planned(miniBatches, true);
  const clock = new FakeClock();
  const dispatcher = new Dispatcher(
    {
      compute,
      clock,
      order: () => ({ readers: [] }),
      queue: new Queue(manifest, recorder.miniBatches, recorder.isolations),
      recorder,
      limits: { maxRetries: 2, isolates: false, runSeconds: 60, loadSeconds: 600 },
      describe,
      itemsOf: () => 1,
      guard: (work) => work(),
    },
    {
      recorded: () => {},
      attemptFailed: (failure) => told.failures.push(failure),
      ready: () => {},
      lost: (worker, exit) => told.lost.push(`${worker.slot.label}: ${lossReason(exit, worker.killedFor)}`),
      initFailed: ({ slot }, error) => told.starts.push(`${slot.label}: ${error.message}`),
      header: () => true,
      notice: (_level, message) => told.notices.push(message),
      cannotStart: (error) => told.gaveUp.push(error.message),
      cannotWrite: (message) => told.gaveUp.push(message),
      giveUp: (message) => told.gaveUp.push(message),
      settled: () => {},
    },
  );
  onTestFinished(async () => {
    await recorder.close(false);
    manifest.close();
    rmSync(folder, { recursive: true });
  });
  dispatcher.feed();
  const puppet = (number: number) => {
    const found = puppets[number];
    if (found === undefined) throw new Error(`no worker ${number}`);
    return found;
  };
  return { dispatcher, recorder, clock, puppet, puppets, told };
}

function done(index: number, attempt: number): Report {
  const outcome: Outcome = { index, attempt, items: 1, returned: 1, offset: 0, length: 0, crc: 0, started: 0, loadMs: 0, runMs: 1000 };
  return { type: 'done', outcomes: [outcome] };
}

function failed(index: number, attempt: number): Report {
  const error = { type: 'Error', message: 'no' };
  return { type: 'failed', index, attempt, items: 1, phase: 'run', error, started: 0, loadMs: 0, runMs: 1 };
}

test('an outcome of an earlier attempt does not end a later one', async () => {
  const { recorder, puppet, told } = await theatre({ miniBatches: 1 });
  puppet(0).ready();
  puppet(0).say(failed(0, 1));
  expect(puppet(0).tasks).toEqual(['0/1', '0/2']);
  puppet(0).say(done(0, 1));
  puppet(0).say(failed(0, 1));
  expect(told.failures).toHaveLength(1);
  expect(recorder.miniBatches.isOpen(0)).toBe(true);
  puppet(0).say(done(0, 2));
  expect(recorder.miniBatches.isOpen(0)).toBe(false);
  expect(recorder.tally.miniBatches).toMatchObject({ done: 1, failed: 0, retries: 1 });
});

test('a warning names its worker; what is about the job is told once, whichever worker says it first', async () => {
  const { puppet, told } = await theatre({ miniBatches: 2, slots: 2 });
  for (const number of [0, 1]) {
    puppet(number).ready();
    puppet(number).say({ type: 'notice', level: 'info', message: 'there is a faster way' });
    puppet(number).say({ type: 'notice', level: 'warning', message: 'the log is full' });
  }
  expect(told.notices).toEqual(['there is a faster way', 'process0: the log is full', 'process1: the log is full']);
});

test('what is told twice counts once, and what was never given does not count', async () => {
  const { recorder, puppet } = await theatre({ miniBatches: 2 });
  puppet(0).ready();
  puppet(0).say(done(0, 1));
  puppet(0).say(done(0, 1));
  puppet(0).say(done(7, 1));
  expect(recorder.tally.miniBatches).toMatchObject({ done: 1 });
});

test('a worker that died is charged with what it was at; the rest is begun again as it was', async () => {
  const { puppet, puppets, told } = await theatre({ miniBatches: 6 });
  puppet(0).ready();
  // Quick ones: from the second on they travel together.
  for (const index of [0, 1]) puppet(0).say({ type: 'done', outcomes: [outcomeOf(index)] });
  const given = puppet(0).tasks.slice(2);
  expect(given.length).toBeGreaterThan(1);
  puppet(0).now = { phase: 'running', index: 2, attempt: 1, since: 0 };
  puppet(0).exit();
  expect(told.lost).toEqual(['process0: signal SIGKILL']);
  expect(told.failures).toMatchObject([{ miniBatch: 2, attempt: 1, final: false, error: { type: 'WorkerDied' } }]);
  expect(puppets).toHaveLength(2);
  puppet(1).ready();
  puppet(1).finish();
  expect([...puppet(1).tasks].sort()).toEqual(['2/2', '3/1', '4/1', '5/1']);
});

test('what wrote among the reports is charged, also when it has returned; after that mini-batches travel one by one', async () => {
  const { puppet, told } = await theatre({ miniBatches: 20 });
  puppet(0).ready();
  for (const index of [0, 1]) puppet(0).say({ type: 'done', outcomes: [outcomeOf(index)] });
  expect(puppet(0).tasks.slice(2)).toEqual(['2/1', '3/1', '4/1']);
  puppet(0).now = { phase: 'idle', index: 0, attempt: 0, since: 0 };
  puppet(0).exit({ kind: 'garbled', said: 'hello' });
  expect(told.failures).toMatchObject([{ miniBatch: 2, attempt: 1, final: false }]);
  expect(told.failures[0]?.error.message).toContain('"hello" to file descriptor 4');
  puppet(1).ready();
  expect(puppet(1).tasks).toEqual(['3/1']);
});

function outcomeOf(index: number): Outcome {
  return { index, attempt: 1, items: 1, returned: 1, offset: 0, length: 0, crc: 0, started: 0, loadMs: 0, runMs: 0 };
}

test('an attempt that takes too long is ended with its worker, and tried again by another', async () => {
  const { dispatcher, clock, puppet, told } = await theatre({ miniBatches: 1 });
  puppet(0).ready();
  puppet(0).now = { phase: 'running', index: 0, attempt: 1, since: clock.now() };
  clock.pass(59_999);
  dispatcher.enforceTimeouts();
  expect(puppet(0).wasKilled).toBe(false);
  clock.pass(1);
  dispatcher.enforceTimeouts();
  expect(puppet(0).wasKilled).toBe(true);
  puppet(0).exit();
  expect(told.failures).toMatchObject([{ error: { type: 'Timeout' } }]);
  puppet(1).ready();
  expect(puppet(1).tasks).toEqual(['0/2']);
});

test('what came in time from a worker that is being killed counts', async () => {
  const { dispatcher, clock, recorder, puppet, told } = await theatre({ miniBatches: 1 });
  puppet(0).ready();
  puppet(0).now = { phase: 'running', index: 0, attempt: 1, since: clock.now() };
  clock.pass(60_000);
  dispatcher.enforceTimeouts();
  puppet(0).say(done(0, 1));
  puppet(0).exit();
  expect(told.failures).toEqual([]);
  expect(recorder.tally.miniBatches).toMatchObject({ done: 1, retries: 0 });
});

test('an idle worker takes what another has only read', async () => {
  const { puppet } = await theatre({ miniBatches: 5, slots: 2 });
  puppet(0).ready();
  puppet(1).ready();
  // The first one may be slow: it travels alone, with one to be read ahead.
  expect(puppet(0).tasks).toEqual(['0/1']);
  expect(puppet(0).commands.at(-1)).toMatchObject({ type: 'load', assignment: { index: 1 } });
  puppet(1).finish();
  expect(puppet(0).commands.at(-1)).toEqual({ type: 'drop', index: 1 });
  expect([...puppet(1).tasks].sort()).toEqual(['1/1', '2/1', '3/1', '4/1']);
  // Nobody has leave to run what another has too.
  expect(new Set([...puppet(0).tasks, ...puppet(1).tasks]).size).toBe(puppet(0).tasks.length + puppet(1).tasks.length);
});

test('drained, hands out no more and takes back what is only being read', async () => {
  const { dispatcher, puppet } = await theatre({ miniBatches: 5 });
  puppet(0).ready();
  puppet(0).say(done(0, 1));
  const before = puppet(0).tasks.length;
  dispatcher.drain();
  puppet(0).say(done(1, 1));
  expect(puppet(0).tasks).toHaveLength(before);
  expect(dispatcher.underWay).toBe(0);
});

test('an attempt is not charged for the time in which the wall clock is set', async () => {
  const { dispatcher, clock, puppet, recorder } = await theatre({ miniBatches: 1 });
  puppet(0).ready();
  puppet(0).now = { phase: 'running', index: 0, attempt: 1, since: clock.now() };
  clock.setWall(2 * 3_600_000);
  clock.pass(1000);
  dispatcher.enforceTimeouts();
  expect(puppet(0).wasKilled).toBe(false);
  puppet(0).say(done(0, 1));
  expect(recorder.tally.miniBatches).toMatchObject({ done: 1, retries: 0 });
});

test('a worker that is idle and takes up nothing of what it has is replaced; its mini-batches lose no attempt', async () => {
  const { dispatcher, clock, puppet, told } = await theatre({ miniBatches: 3 });
  puppet(0).ready();
  puppet(0).say(done(0, 1));
  puppet(0).now = { phase: 'idle', index: 0, attempt: 0, since: clock.now() };
  clock.pass(59_999);
  dispatcher.enforceTimeouts();
  expect(puppet(0).wasKilled).toBe(false);
  clock.pass(1);
  dispatcher.enforceTimeouts();
  expect(puppet(0).wasKilled).toBe(true);
  puppet(0).exit();
  expect(told.lost).toEqual([expect.stringMatching(/^process0: .*did not begin its next mini-batch in 60 s/)]);
  expect(told.failures).toEqual([]);
  puppet(1).ready();
  puppet(1).finish();
  expect([...puppet(1).tasks].sort()).toEqual(['1/1', '2/1']);
});

test('a worker that waits for work may be idle for as long as it likes', async () => {
  const { dispatcher, clock, puppet } = await theatre({ miniBatches: 1 });
  puppet(0).ready();
  puppet(0).say(done(0, 1));
  puppet(0).now = { phase: 'idle', index: 0, attempt: 0, since: clock.now() };
  clock.pass(1e9);
  dispatcher.enforceTimeouts();
  expect(puppet(0).wasKilled).toBe(false);
});

function fails(puppet: Puppet, message: string): void {
  puppet.say({ type: 'init_failed', error: { type: 'ImportError', message } });
  puppet.exit();
}

test('where every first start fails at once and in the same way, gives up with that error; each is told as it happens', async () => {
  const { puppet, told, puppets } = await theatre({ miniBatches: 9, slots: 3 });
  fails(puppet(0), "no 'a'");
  expect(told).toMatchObject({ starts: ["process0: no 'a'"], gaveUp: [] });
  fails(puppet(1), "no 'b'");
  fails(puppet(2), "no 'c'");
  expect(told.gaveUp).toEqual(["no 'c'"]);
  expect(puppets).toHaveLength(6);
});

test('one worker alone gets a second try', async () => {
  const { puppet, told } = await theatre({ miniBatches: 3 });
  fails(puppet(0), 'no');
  expect(told.gaveUp).toEqual([]);
  fails(puppet(1), 'no');
  expect(told.gaveUp).toEqual(['no']);
});

test.each([
  ['for different reasons', 0, (start: number) => `no ${'x'.repeat(start)}`],
  ['after a long time', 10_001, () => 'no'],
])('where init() fails on every node %s, each start is tried three times', async (_, ms, message) => {
  const { puppet, told, puppets, clock } = await theatre({ miniBatches: 3 });
  for (let start = 0; start < 3; start += 1) {
    clock.pass(ms);
    fails(puppet(start), message(start));
  }
  expect(puppets).toHaveLength(3);
  expect(told.gaveUp).toEqual([message(2)]);
});

test('a process that does not come up is killed, and counts as a start that failed', async () => {
  const { dispatcher, clock, puppet, told } = await theatre({ miniBatches: 3, slots: 2 });
  puppet(1).now = { phase: 'init', index: 0, attempt: 0, since: clock.now() };
  clock.pass(60_000);
  dispatcher.enforceTimeouts();
  expect(puppet(0).wasKilled).toBe(true);
  // In init() it may be as long as it likes.
  expect(puppet(1).wasKilled).toBe(false);
  puppet(0).exit();
  expect(told.starts).toEqual([expect.stringContaining('did not come up in 60 s')]);
});

test('where one worker could start, others that fail are tried again', async () => {
  const { puppet, told, puppets } = await theatre({ miniBatches: 9, slots: 2 });
  puppet(0).ready();
  for (const start of [1, 2, 3]) fails(puppet(start), 'no');
  expect(told.gaveUp).toEqual([]);
  expect(puppets).toHaveLength(5);
});

test('twenty-one deaths in a row without a single outcome are enough', async () => {
  const { puppet, told } = await theatre({ miniBatches: 30 });
  for (let start = 0; start < 21; start += 1) {
    puppet(start).ready();
    puppet(start).exit();
  }
  expect(told.gaveUp).toHaveLength(1);
  expect(told.gaveUp[0]).toContain('21 workers died one after another');
});

test('a mini-batch whose node is lost is no failed attempt, but for one that takes its node with it again and again', async () => {
  const { dispatcher, puppet, told } = await theatre({ miniBatches: 1 });
  const lost: WorkerExit = { kind: 'node_lost', node: 'node0', why: 'it has not been heard of' };
  for (let number = 0; number < 3; number += 1) {
    puppet(number).ready();
    expect(puppet(number).tasks).toEqual(['0/1']);
    puppet(number).now = { phase: 'running', since: 0, index: 0, attempt: 1 };
    puppet(number).exit(lost);
    dispatcher.feed();
    expect(told.failures).toHaveLength(number < 2 ? 0 : 1);
  }
  expect(told.failures[0]?.error.message).toContain('its node node0 counts as dead: it has not been heard of');
  puppet(3).ready();
  expect(puppet(3).tasks).toEqual(['0/2']);
});
