import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEventLog } from '../../../src/events/log.ts';
import type { EventBody } from '../../../src/events/types.ts';
import { asCoordinator, handOver, liveCoordinator } from '../../../src/jobs/coordinator.ts';
import { showJob } from '../../../src/jobs/show.ts';
import { startTime } from '../../../src/os/start-time.ts';
import { openStore } from '../../../src/store/store.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { commandJob } from '../../support/specs.ts';

async function storedJob() {
  const store = await openStore(join(temporaryFolder(), 'home'));
  onTestFinished(() => store.close());
  const { name } = store.jobs.create(commandJob('true'), { name: 'job' });
  return { store, name, layout: store.layout(name) };
}

function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('a process is told from a later one of the same number', async () => {
  const child = sleeper();
  await once(child, 'spawn');
  const started = startTime(child.pid ?? -1);
  expect(started).toBe(startTime(child.pid ?? -1));
  expect(started).not.toBe(startTime(process.pid));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(startTime(child.pid ?? -1)).toBeUndefined();
});

test('one coordinator at a time; it may hand over, leave, or die', async () => {
  const { store, name, layout } = await storedJob();
  const child = sleeper();
  await once(child, 'spawn');
  const pid = child.pid ?? -1;
  const nothing = async () => {};
  await asCoordinator(store, name, async () => {
    expect(liveCoordinator(layout)?.pid).toBe(process.pid);
    handOver(store, name, pid);
  });
  expect(liveCoordinator(layout)?.pid).toBe(pid);
  await expect(asCoordinator(store, name, nothing)).rejects.toThrow(`runs already, in process ${pid}`);
  await asCoordinator(store, name, async () => expect(liveCoordinator(layout)?.pid).toBe(process.pid), { handedOverBy: pid });
  expect(liveCoordinator(layout)).toBeUndefined();

  await asCoordinator(store, name, async () => handOver(store, name, pid));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(liveCoordinator(layout)).toBeUndefined();
  await asCoordinator(store, name, nothing);
});

test('who fails leaves; a job is refused to the process that runs it already', async () => {
  const { store, name, layout } = await storedJob();
  const work = async () => {
    await expect(asCoordinator(store, name, async () => {})).rejects.toThrow(`runs already, in process ${process.pid}`);
    throw new Error('broken');
  };
  await expect(asCoordinator(store, name, work)).rejects.toThrow('broken');
  expect(liveCoordinator(layout)).toBeUndefined();
});

test('a number that now belongs to another process holds nothing', async () => {
  const { layout } = await storedJob();
  writeFileSync(layout.coordinator, JSON.stringify({ pid: process.pid, started: 'another boot/1' }));
  expect(liveCoordinator(layout)).toBeUndefined();
});

test.each<[string, readonly EventBody[], boolean, { status: string; step: string }]>([
  ['stored', [], false, { status: 'NotStarted', step: 'NotStarted' }],
  [
    'abandoned while it ran',
    [
      { type: 'job_status', status: 'Running' },
      { type: 'step_status', step: 'main', status: 'Running' },
    ],
    true,
    { status: 'NotResponding', step: 'NotResponding' },
  ],
  [
    'abandoned after its end',
    [
      { type: 'job_status', status: 'Running' },
      { type: 'step_status', step: 'main', status: 'Completed' },
      { type: 'job_status', status: 'Completed' },
    ],
    true,
    { status: 'Completed', step: 'Completed' },
  ],
])('a job that was %s', async (_what, events, abandoned, expected) => {
  const { store, name, layout } = await storedJob();
  if (abandoned) writeFileSync(layout.coordinator, JSON.stringify({ pid: process.pid, started: 'gone' }));
  const log = openEventLog(layout.events);
  for (const event of events) log.emit(event);
  await log.close();
  const job = await showJob(store, name);
  expect({ status: job.status, step: job.steps.main?.status }).toEqual(expected);
});
