import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findJob } from '../../../src/jobs/find-job.ts';
import { openStore } from '../../../src/store/store.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { commandJob } from '../../support/specs.ts';

async function storeWith(...jobs: readonly { readonly name: string; readonly source?: string; readonly workingDirectory?: string }[]) {
  const store = await openStore(join(temporaryFolder(), 'home'));
  onTestFinished(() => store.close());
  for (const { source, ...job } of jobs) store.jobs.create({ ...commandJob('true'), ...(source !== undefined && { source }) }, job);
  const found = (given: string | undefined, folder: string, archived?: boolean) => {
    const { job, by } = findJob(store, given, { folder, ...(archived !== undefined && { archived }) });
    return by === undefined ? job.name : `${job.name}, ${by}`;
  };
  return { store, found };
}

test('without a name: the newest whose file is in the folder or below it, or that was created there', async () => {
  const { found } = await storeWith(
    { name: 'file_here', source: '/work/a/job.yml', workingDirectory: '/elsewhere' },
    { name: 'made_here', workingDirectory: '/work/b' },
    { name: 'below', source: '/work/a/deep/job.yml' },
    { name: 'beside', source: '/work/ab/job.yml' },
    { name: 'elsewhere', workingDirectory: '/elsewhere' },
  );
  expect(found(undefined, '/work/a')).toBe('below, newest of this folder');
  expect(found('last', '/work/b')).toBe('made_here, newest of this folder');
  expect(found('last', '/work/ab')).toBe('beside, newest of this folder');
  expect(found(undefined, '/work')).toBe('beside, newest of this folder');
  expect(found(undefined, '/nobody')).toBe('elsewhere, newest of the home');
});

test('archived jobs are none of the newest, unless it is them that are looked for', async () => {
  const { store, found } = await storeWith({ name: 'old', source: '/a/x.yml' }, { name: 'new', source: '/a/x.yml' });
  store.jobs.setArchived('new', true);
  expect(found(undefined, '/a')).toBe('old, newest of this folder');
  expect(found(undefined, '/a', true)).toBe('new, newest of this folder');
  expect(found('ne', '/a')).toBe('new, beginning of its name');
});

test('a whole name wins over what it could mean besides', async () => {
  const { found } = await storeWith({ name: 'last' }, { name: 'score' }, { name: 'score_2' });
  expect(found('last', '/')).toBe('last');
  expect(found('score', '/')).toBe('score');
  expect(found('SCORE', '/')).toBe('score');
});

test('the beginning of one name will do; of several, all are named', async () => {
  const { found } = await storeWith({ name: 'amber_owl_1' }, { name: 'amber_fox_2' }, { name: 'last_one' });
  expect(found('Amber_o', '/')).toBe('amber_owl_1, beginning of its name');
  expect(found('last_', '/')).toBe('last_one, beginning of its name');
  expect(() => found('amber', '/')).toThrow('2 jobs begin with "amber": amber_fox_2 (NotStarted), amber_owl_1 (NotStarted).');
  expect(() => found('nope', '/')).toThrow(/No job is called "nope"/);
  expect(() => found('', '/')).toThrow(/No job is called ""/);
});

test('where there is no job at all, that is said', async () => {
  const { found } = await storeWith();
  expect(() => found(undefined, '/')).toThrow(/There is no job in .*home/);
  expect(() => found('last', '/')).toThrow(/There is no job in .*home/);
});

test('what is no folder above is not taken for one', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '..x'));
  const { found } = await storeWith({ name: 'one', source: join(folder, '..x', 'job.yml') }, { name: 'two', source: '/b/job.yml' });
  expect(found(undefined, folder)).toBe('one, newest of this folder');
});
