import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { disk } from '../../../../src/data/stores/disk.ts';
import { fetchFolder } from '../../../../src/data/stores/fetch-folder.ts';
import type { DataStore, Listed } from '../../../../src/data/stores/store.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { folderWith } from '../../../support/job-files.ts';

const never = new AbortController().signal;

/** A folder of the disk as a store whose listing has versions, as those of objects do. */
function objects(root: string) {
  const fetched: string[] = [];
  const store: DataStore = {
    ...disk,
    async *list(folder, signal) {
      for await (const files of disk.list(folder, signal)) {
        const listed: Listed[] = [];
        for (const { path } of files) {
          const found = await disk.stat(join(folder, path));
          listed.push({ path, ...(found?.kind === 'file' && found.version !== undefined && { version: found.version }) });
        }
        yield listed;
      }
    },
    async open(path, options) {
      fetched.push(path.slice(root.length + 1));
      if (path.endsWith('b.txt') && readFileSync(path, 'utf8') === 'broken') throw new Error('the connection is gone');
      return disk.open(path, options);
    },
  };
  return { store, fetched };
}

const contents = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

test('a second try fetches what is missing or has changed since; names that look like parts are names', async () => {
  const names = { 'a.txt': 'one', 'a.txt.part': 'not a part', 'a.txt.part.version': 'nor this', 'c.txt': 'c' };
  const root = folderWith({ ...names, 'b.txt': 'broken' });
  const { store, fetched } = objects(root);
  const target = join(temporaryFolder(), 'in');
  await expect(fetchFolder(store, root, target, never)).rejects.toThrow(`${root}/b.txt: the connection is gone`);
  writeFileSync(join(root, 'a.txt'), 'two');
  writeFileSync(join(root, 'b.txt'), 'b');
  fetched.length = 0;
  await fetchFolder(store, root, target, never);
  expect(contents(target)).toEqual({ ...names, 'a.txt': 'two', 'b.txt': 'b' });
  expect(fetched.toSorted()).toEqual(['a.txt', 'b.txt']);
  expect(readdirSync(join(target, '..'))).toEqual(['in']);
});

test('what is not there any more does not come from an earlier try', async () => {
  const root = folderWith({ 'a.txt': 'a', 'b.txt': 'broken', 'gone.txt': 'x' });
  const { store } = objects(root);
  const target = join(temporaryFolder(), 'in');
  await expect(fetchFolder(store, root, target, never)).rejects.toThrow('the connection is gone');
  writeFileSync(join(root, 'b.txt'), 'b');
  rmSync(join(root, 'gone.txt'));
  await fetchFolder(store, root, target, never);
  expect(contents(target)).toEqual({ 'a.txt': 'a', 'b.txt': 'b' });
});
