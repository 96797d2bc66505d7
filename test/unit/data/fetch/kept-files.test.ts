import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { KeptFiles } from '../../../../src/data/fetch/kept-files.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const odd = 'a b/é#+%41.txt';

function bench(space = 1000) {
  const root = temporaryFolder();
  let fetched = 0;
  let targets = 0;
  const kept = new KeptFiles(join(root, 'cache'), space);
  const get = async (
    content: string,
    { files = { [odd]: content, 'b.txt': 'b' } as Record<string, string>, isWritten = false, same = true } = {},
  ) => {
    targets += 1;
    const target = join(root, 'jobs', String(targets), 'in');
    mkdirSync(dirname(target), { recursive: true });
    await kept.once({ address: 's3://b/in', content }, target, isWritten, async () => {
      fetched += 1;
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(target, path)), { recursive: true });
        writeFileSync(join(target, path), text);
      }
      return same;
    });
    return target;
  };
  return { get, fetched: () => fetched, entries: () => readdirSync(join(root, 'cache')), cache: join(root, 'cache') };
}

const oddIn = (target: string) => readFileSync(join(target, odd), 'utf8');

test('the same content is fetched once, also by many at the same time; other content is fetched', async () => {
  const { get, fetched } = bench();
  const targets = await Promise.all([get('one'), get('one'), get('one')]);
  expect(targets.map(oddIn)).toEqual(['one', 'one', 'one']);
  expect(readFileSync(join(await get('one'), 'b.txt'), 'utf8')).toBe('b');
  expect(fetched()).toBe(1);
  expect(oddIn(await get('two'))).toBe('two');
  expect(fetched()).toBe(2);
});

test('a single file, and a folder without any, are kept too', async () => {
  const { get, fetched } = bench();
  await get('file', { files: { '': 'x' } });
  expect(readFileSync(await get('file'), 'utf8')).toBe('x');
  const one = await get('empty', { files: { 'x/.keep': '' } });
  expect(existsSync(one)).toBe(true);
  expect(existsSync(await get('empty'))).toBe(true);
  expect(fetched()).toBe(2);
});

test('what somebody wrote to is fetched again; whoever may write has a copy of its own', async () => {
  const { get, fetched } = bench();
  const mine = await get('one', { isWritten: true });
  writeFileSync(join(mine, odd), 'scribbled');
  expect(oddIn(await get('one'))).toBe('one');
  expect(fetched()).toBe(1);
  const shared = join(await get('one'), odd);
  expect(statSync(shared).mode & 0o222).toBe(0);
  chmodSync(shared, 0o644);
  writeFileSync(shared, 'scribbled');
  utimesSync(shared, 1, 1);
  expect(oddIn(await get('one'))).toBe('one');
  expect(fetched()).toBe(2);
});

test('what changed while it was fetched is not kept, nor is what is larger than all the room', async () => {
  const { get, entries, cache } = bench(10);
  await get('one', { same: false });
  expect(existsSync(cache) ? entries() : []).toEqual([]);
  await get('large', { files: { a: 'x'.repeat(11) } });
  expect(existsSync(cache) ? entries() : []).toEqual([]);
});

test('the room is bounded: what was not needed for longest goes', async () => {
  const { get, fetched, entries, cache } = bench(10);
  const files = { a: '1234' };
  await get('one', { files });
  await get('two', { files });
  for (const [index, name] of entries().entries()) utimesSync(join(cache, name), index + 1, index + 1);
  await get('one', { files });
  await get('three', { files });
  expect(entries()).toHaveLength(2);
  expect(fetched()).toBe(3);
  await get('one', { files });
  await get('three', { files });
  expect(fetched()).toBe(3);
});

test('a torn entry is as none, and made again', async () => {
  const { get, fetched, entries, cache } = bench();
  await get('one');
  writeFileSync(join(cache, entries()[0] ?? '', 'entry.json'), '{"fi');
  expect(oddIn(await get('one'))).toBe('one');
  expect(oddIn(await get('one'))).toBe('one');
  expect(fetched()).toBe(2);
});
