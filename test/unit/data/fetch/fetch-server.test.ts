/** What a node fetches for its workers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FetchClient } from '../../../../src/data/fetch/fetch-client.ts';
import { FetchServer } from '../../../../src/data/fetch/fetch-server.ts';
import { disk } from '../../../../src/data/stores/disk.ts';
import { type DataStore, StoreError } from '../../../../src/data/stores/store.ts';
import { temporaryFolder } from '../../../support/folder.ts';

interface Given {
  readonly space?: number;
  readonly stream?: DataStore['stream'];
}

/** A store whose files hold their own names, 1000 times. */
async function node({ space, stream }: Given = {}) {
  const streamed: string[] = [];
  const store: DataStore = {
    ...disk,
    place: { kind: 's3', bucket: 'b' },
    async *stream(path, options) {
      streamed.push(path);
      if (options?.version === 'old') throw new StoreError('changed', 'it has changed');
      if (stream !== undefined) yield* stream(path, options);
      else yield Buffer.from(path.repeat(1000));
    },
    read: async (path, start, end) => Buffer.from(path.repeat(1000)).subarray(start, end),
    describe: (path) => `s3://b/${path}`,
  };
  const folder = join(temporaryFolder(), 'fetched');
  const server = await FetchServer.open([{ name: 'in', store }], folder, space);
  let isOpen = true;
  const close = async () => {
    if (isOpen) await server.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { folder, streamed, close, worker: () => new FetchClient(server.address) };
}

test('files are on this disk, under their names, until they are given back', async () => {
  const { folder, worker } = await node();
  const held = await worker().files(0, 'root', { paths: ['a', 'sub/b c#.txt'] });
  expect(held.paths).toEqual([join(folder, 'in/a'), join(folder, 'in/sub/b c#.txt')]);
  expect(readFileSync(held.paths[1] ?? '', 'utf8')).toBe('root/sub/b c#.txt'.repeat(1000));
  held.release();
  await expect.poll(() => held.paths.some((path) => existsSync(path))).toBe(false);
});

test('workers share a file; the last one removes it, also by its death', async () => {
  const { streamed, worker } = await node();
  const [one, other] = [worker(), worker()];
  const held = await one.files(0, '', { paths: ['a'] });
  const [path = ''] = (await other.files(0, '', { paths: ['a'] })).paths;
  expect(streamed).toEqual(['a']);
  held.release();
  expect(await one.bytes(0, 'x', 0, 3, undefined)).toEqual(Buffer.from('xxx'));
  expect(existsSync(path)).toBe(true);
  other.close();
  await expect.poll(() => existsSync(path)).toBe(false);
});

test('a worker that has files waits for space, and one that has none does not', async () => {
  const { streamed, worker } = await node({ space: 1000 });
  const [one, other] = [worker(), worker()];
  const first = await one.files(0, '', { paths: ['a'] });
  let isThere = false;
  const second = one.files(0, '', { paths: ['b'] }).then(() => {
    isThere = true;
  });
  const others = await other.files(0, '', { paths: ['c'] });
  expect(isThere).toBe(false);
  expect(streamed).toEqual(['a', 'c']);
  others.release();
  first.release();
  await second;
  expect(streamed).toEqual(['a', 'c', 'b']);
});

test.each([
  ['a', ['old'], 's3://b/a: it cannot be fetched: it has changed'],
  ['../a', undefined, 'no file on this machine can be called like that'],
  ['x//y', undefined, 'no file on this machine can be called like that'],
  ['é'.repeat(128), undefined, 'no file on this machine can be called like that'],
])('what cannot be had is told by its name, and nothing of the mini-batch stays: %s', async (path, versions, message) => {
  const { folder, worker } = await node();
  const wanted = { paths: [path, 'good'], ...(versions !== undefined && { versions: [...versions, 'new'] }) };
  const asked = worker().files(0, '', wanted);
  await expect(asked).rejects.toMatchObject({ name: 'StoreError' });
  await expect(asked).rejects.toThrow(message);
  expect(existsSync(join(folder, 'in')) ? readdirSync(join(folder, 'in')) : []).toEqual([]);
});

test('an object that is called like a folder of another is told', async () => {
  const { worker } = await node();
  const client = worker();
  await client.files(0, '', { paths: ['a/b'] });
  await expect(client.files(0, '', { paths: ['a'] })).rejects.toThrow('called like a folder');
});

test('what is fetched when the step ends is let be, and nothing stays', async () => {
  const { folder, worker, close } = await node({
    async *stream(_, options) {
      yield Buffer.from('x');
      await new Promise((_, reject) => options?.signal?.addEventListener('abort', () => reject(options.signal?.reason)));
    },
  });
  const asked = worker().files(0, '', { paths: ['a'] });
  asked.catch(() => {});
  await expect.poll(() => existsSync(join(folder, 'in/a'))).toBe(true);
  await close();
  await expect(asked).rejects.toThrow('fetches no more');
  expect(existsSync(folder)).toBe(false);
});
