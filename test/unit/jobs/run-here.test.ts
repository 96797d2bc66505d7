import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { JobEvent } from '../../../src/events/types.ts';
import { cancelJob } from '../../../src/jobs/cancel.ts';
import { liveCoordinator } from '../../../src/jobs/coordinator.ts';
import { createJob } from '../../../src/jobs/create.ts';
import { runJobHere } from '../../../src/jobs/run-here.ts';
import { Capacity } from '../../../src/os/capacity.ts';
import { processContext } from '../../../src/os/process-context.ts';
import { openStore } from '../../../src/store/store.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { commandJob } from '../../support/specs.ts';

async function homeIn(folder: string) {
  const store = await openStore(join(folder, 'home'));
  onTestFinished(() => store.close());
  return store;
}

async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A command that says that it runs and then waits for leave to end. */
function waiting(folder: string) {
  const [started, go] = [join(folder, 'started'), join(folder, 'go')];
  return { command: `touch ${started}; until [ -e ${go} ]; do sleep 0.02; done`, started: () => appears(started), go };
}

test('a job that this process runs is not run by it a second time', async () => {
  const folder = temporaryFolder();
  const store = await homeIn(folder);
  const here = processContext();
  const { command, started, go } = waiting(folder);
  await createJob(store, commandJob(command), { name: 'once' });
  const first = runJobHere(here, store, 'once');
  await started();
  await expect(runJobHere(here, store, 'once')).rejects.toThrow(`Job once runs already, in process ${process.pid}.`);
  await expect(runJobHere(processContext(), store, 'once')).rejects.toThrow('runs already');
  expect(liveCoordinator(store.layout('once'))?.pid).toBe(process.pid);
  writeFileSync(go, '');
  expect(await first).toEqual({ status: 'Completed' });
  expect(liveCoordinator(store.layout('once'))).toBeUndefined();
});

test('what fails before the job runs leaves it free', async () => {
  const store = await homeIn(temporaryFolder());
  await createJob(store, commandJob('true'), { name: 'later' });
  const { events } = store.layout('later');
  mkdirSync(events);
  await expect(runJobHere(processContext(), store, 'later')).rejects.toThrow('EISDIR');
  expect(liveCoordinator(store.layout('later'))).toBeUndefined();
  rmSync(events, { recursive: true });
  expect(await runJobHere(processContext(), store, 'later')).toEqual({ status: 'Completed' });
});

test('of two jobs of one name in two homes, the end of one leaves the other running', async () => {
  const here = processContext();
  const [a, b] = await Promise.all(
    [temporaryFolder(), temporaryFolder()].map(async (folder) => {
      const store = await homeIn(folder);
      const job = waiting(folder);
      await createJob(store, commandJob(job.command), { name: 'same' });
      const end = runJobHere(here, store, 'same');
      await job.started();
      return { store, end, go: job.go };
    }),
  );
  if (a === undefined || b === undefined) throw new Error('two homes were asked for');
  expect(await cancelJob(here, a.store, 'same')).toBe(true);
  expect(await a.end).toEqual({ status: 'Canceled' });
  writeFileSync(b.go, '');
  expect(await b.end).toEqual({ status: 'Completed' });
});

test('jobs of one process share its capacity', async () => {
  const folder = temporaryFolder();
  const store = await homeIn(folder);
  const here = { ...processContext(), capacity: new Capacity(1) };
  const job = waiting(folder);
  await createJob(store, commandJob(job.command), { name: 'first' });
  await createJob(store, commandJob('true'), { name: 'second' });
  const told: string[] = [];
  const queued = Promise.withResolvers<void>();
  const tell = (name: string) => (event: JobEvent) => {
    if (event.type !== 'step_status') return;
    told.push(`${name} ${event.status}`);
    if (told.includes('second Queued')) queued.resolve();
  };
  const first = runJobHere(here, store, 'first', { onEvent: tell('first') });
  await job.started();
  const second = runJobHere(here, store, 'second', { onEvent: tell('second') });
  await queued.promise;
  writeFileSync(job.go, '');
  await Promise.all([first, second]);
  expect(told.indexOf('second Preparing')).toBeGreaterThan(told.indexOf('first Completed'));
});

test('a job sees the environment of its context, not that of this process', async () => {
  const folder = temporaryFolder();
  const store = await homeIn(folder);
  const seen = join(folder, 'seen');
  await createJob(store, commandJob(`echo "$GIVEN" > ${seen}`), { name: 'env' });
  await runJobHere(processContext({ PATH: process.env.PATH, GIVEN: 'by the context' }), store, 'env');
  expect(readFileSync(seen, 'utf8')).toBe('by the context\n');
});
