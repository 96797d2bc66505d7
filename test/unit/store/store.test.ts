import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
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
  const job = store.jobs.create({ ...spec, displayName: 'Nightly scores' }, { name: 'nightly', limit: 3 });
  expect(job).toMatchObject({ name: 'nightly', status: 'NotStarted', displayName: 'Nightly scores', limit: 3, archived: false });
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
  mkdirSync(join(folder, 'home'));
  writeFileSync(join(folder, 'home', 'store.db'), 'this is no database, whatever its name says');
  await expect(openStore(join(folder, 'home'))).rejects.toThrow(/file is not a database/);
});
