import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { writeEnding } from '../../../src/store/job-folder.ts';
import { openStore } from '../../../src/store/store.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { commandJob } from '../../support/specs.ts';

async function freshStore(home = join(temporaryFolder(), 'home')) {
  const store = await openStore(home);
  onTestFinished(() => store.close());
  return store;
}

const spec = commandJob('true');

test('a job is there with its spec as soon as it is stored, also for another process', async () => {
  const store = await freshStore();
  const job = store.jobs.create({ ...spec, displayName: 'Nightly scores' }, { name: 'nightly', portion: { from: 0, count: 3 } });
  expect(job).toMatchObject({
    name: 'nightly',
    status: 'NotStarted',
    displayName: 'Nightly scores',
    portion: { from: 0, count: 3 },
    archived: false,
  });
  const other = await freshStore(store.home);
  expect(other.jobs.get('nightly')).toEqual(job);
  expect(other.jobs.spec('nightly')).toEqual({ ...spec, displayName: 'Nightly scores' });
});

test('a name is taken once, in whatever case', async () => {
  const store = await freshStore();
  store.jobs.create(spec, { name: 'Nightly' });
  expect(() => store.jobs.create(spec, { name: 'nightly' })).toThrow(/A job called nightly is there already/);
  expect(store.jobs.list()).toHaveLength(1);
});

test('a name that climbs out of its folder is refused and leaves nothing behind', async () => {
  const store = await freshStore();
  expect(() => store.jobs.create(spec, { name: '../evil' })).toThrow(/is not a job name/);
  expect(store.jobs.list()).toEqual([]);
  expect(existsSync(join(store.home, 'evil'))).toBe(false);
});

test('an unknown job says where it was looked for', async () => {
  const store = await freshStore();
  expect(() => store.jobs.get('nope')).toThrow(`No job is called "nope" in ${store.home}`);
});

test('lists are newest first, without archived jobs unless they are asked for', async () => {
  const store = await freshStore();
  for (const name of ['one', 'two', 'three']) store.jobs.create(spec, { name });
  store.jobs.setArchived('two', true);
  const names = (filter: Parameters<typeof store.jobs.list>[0]) => store.jobs.list(filter).map(({ name }) => name);
  expect(names({})).toEqual(['three', 'one']);
  expect(names({ archived: true })).toEqual(['two']);
  expect(names({ archived: 'any' })).toEqual(['three', 'two', 'one']);
  expect(names({ limit: 1 })).toEqual(['three']);
  expect(store.jobs.count()).toBe(2);
});

test('a status that ends a job says when, and a later life takes that back', async () => {
  const store = await freshStore();
  const { name } = store.jobs.create(spec, {});
  store.jobs.setStatus(name, 'Failed', 'It broke.');
  expect(store.jobs.get(name)).toMatchObject({ status: 'Failed', error: 'It broke.', ended: expect.any(String) });
  store.jobs.setStatus(name, 'Running');
  expect(store.jobs.get(name)).not.toHaveProperty('ended');
  expect(store.jobs.get(name)).not.toHaveProperty('error');
});

test('a home of a newer version is left alone', async () => {
  const home = temporaryFolder();
  const database = new DatabaseSync(join(home, 'store.db'));
  database.exec('pragma user_version = 99');
  database.close();
  await expect(openStore(home)).rejects.toThrow(/schema version 99/);
});

test('a home that cannot be made is a wrong request', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  await expect(openStore(join(folder, 'file', 'home'))).rejects.toThrow(/cannot be used: .*PARALLELRUN_HOME/);
});

/** A home with two jobs, one of which ended, and what `list` tells of them. */
async function twoJobs() {
  const home = join(temporaryFolder(), 'home');
  const store = await openStore(home);
  store.jobs.create({ ...spec, displayName: 'The first' }, { name: 'first', portion: { from: 2, count: 1 } });
  store.jobs.create(spec, { name: 'second' });
  store.jobs.setArchived('second', true);
  writeEnding(store.layout('first'), { status: 'Failed', error: 'It broke.', ended: '2026-01-01T00:00:00.000Z' });
  store.jobs.setStatus('first', 'Failed', 'It broke.');
  const jobs = store.jobs.list({ archived: 'any' }).map(({ ended: _ended, ...job }) => job);
  store.close();
  return { home, file: join(home, 'store.db'), jobs };
}

test.each([
  ['is lost', (file: string) => rmSync(file)],
  ['is empty', (file: string) => writeFileSync(file, '')],
  ['is no database', (file: string) => writeFileSync(file, 'this is no database, whatever its name says')],
  [
    'has lost its pages',
    (file: string) => writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, 4096), Buffer.alloc(60_000)])),
  ],
])('a store that %s is made again from the folders of the jobs', async (_what, damage) => {
  const { home, file, jobs } = await twoJobs();
  damage(file);
  const told: string[] = [];
  const store = await openStore(home, (message) => told.push(message));
  onTestFinished(() => store.close());
  expect(store.jobs.list({ archived: 'any' }).map(({ ended: _ended, ...job }) => job)).toEqual(jobs);
  expect(store.jobs.get('first').ended).toBe('2026-01-01T00:00:00.000Z');
  expect(told.at(-1)).toContain(`did not know of 2 jobs in ${join(home, 'jobs')}`);
  expect(() => store.jobs.create(spec, { name: 'first' })).toThrow('is there already');
  expect(store.jobs.spec('first')).toMatchObject({ displayName: 'The first' });
  const again: string[] = [];
  (await openStore(home, (message) => again.push(message))).close();
  expect(again).toEqual([]);
});

test('a job whose folder was taken away is none, and its name is free', async () => {
  const { home } = await twoJobs();
  rmSync(join(home, 'jobs', 'first'), { recursive: true });
  const store = await freshStore(home);
  expect(store.jobs.list()).toEqual([]);
  expect(() => store.jobs.get('first')).toThrow('The folder of the job first was taken away by hand');
  expect(store.jobs.create(spec, { name: 'first' })).toMatchObject({ status: 'NotStarted' });
});

test('what died while it made a job leaves nothing in the way', async () => {
  const { home } = await twoJobs();
  mkdirSync(join(home, 'jobs', 'third', 'steps'), { recursive: true });
  const store = await freshStore(home);
  expect(store.jobs.list({ archived: 'any' })).toHaveLength(2);
  store.jobs.create(spec, { name: 'third' });
  expect(existsSync(join(home, 'jobs', 'third', 'steps'))).toBe(false);
});

test('a spec that is torn is told by its file, and only where it is needed', async () => {
  const { home } = await twoJobs();
  const file = join(home, 'jobs', 'first', 'spec.json');
  writeFileSync(file, '');
  const store = await freshStore(home);
  expect(store.jobs.list()).toHaveLength(1);
  expect(() => store.jobs.spec('first')).toThrow(`${file}: What the job first is cannot be read: it is empty.`);
  rmSync(file);
  expect(() => store.jobs.specToRun('first')).toThrow('the file is gone');
});

test('the database is for its user alone, also in a home that was made for everybody', async () => {
  const home = temporaryFolder();
  chmodSync(home, 0o777);
  writeFileSync(join(home, 'store.db'), '');
  chmodSync(join(home, 'store.db'), 0o644);
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  const store = await freshStore(home);
  store.jobs.create(spec, { name: 'job' });
  const mode = (...path: string[]) => (statSync(join(home, ...path)).mode & 0o777).toString(8);
  expect([mode('store.db'), mode('store.db-wal'), mode('jobs')]).toEqual(['600', '600', '700']);
});
