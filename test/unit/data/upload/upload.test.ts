/** What goes up to object stores: whole and in parts, past faults, and on from where an earlier life stopped. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type ObjectPlace, openObjectStore, openObjectWriter } from '../../../../src/data/stores/object/open.ts';
import type { ObjectWriter } from '../../../../src/data/stores/object/writer.ts';
import type { DataStore } from '../../../../src/data/stores/store.ts';
import { Budget } from '../../../../src/data/upload/budget.ts';
import { PartsUpload } from '../../../../src/data/upload/parts.ts';
import { uploadTree } from '../../../../src/data/upload/tree.ts';
import { UploadedFiles } from '../../../../src/data/upload/uploaded.ts';
import { type FaultyProxy, faultyProxy } from '../../../support/faulty-proxy.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import {
  azureAccount,
  azureServer,
  gcsServer,
  hasAzureServer,
  hasGcsServer,
  hasVersityServer,
  type ObjectServer,
  versityServer,
} from '../../../support/object-servers.ts';

interface Stores {
  readonly name: string;
  readonly there: boolean;
  start(): Promise<ObjectServer>;
  place(bucket: string, endpoint: string): ObjectPlace;
  /** Whether a request sends a part of an upload. */
  isPart(target: string): boolean;
}

const s3 = (bucket: string, endpoint: string): ObjectPlace => ({ kind: 's3', bucket, endpoint });
const isPart = (target: string): boolean => target.includes('partNumber=');
const all: readonly Stores[] = [
  // Not rclone: it wants parts in order, and none twice.
  { name: 'S3', there: hasVersityServer, start: versityServer, place: s3, isPart },
  {
    name: 'Azure Blob Storage',
    there: hasAzureServer,
    start: azureServer,
    place: (container, endpoint) => ({ kind: 'azure_blob', account: azureAccount.account, container, endpoint }),
    isPart: (target) => /comp=block(?:&|$)/.test(target),
  },
  {
    name: 'Google Cloud Storage',
    there: hasGcsServer,
    start: gcsServer,
    place: (bucket, endpoint) => ({ kind: 'gcs', bucket, endpoint }),
    isPart: (target) => target.includes('uploadType=media') && target.includes('.parallelrun-'),
  },
];

const started = new Map<Stores, Promise<ObjectServer>>();
let buckets = 0;
const content = Buffer.from(Uint32Array.from({ length: 5_000_000 }, (_, index) => Math.imul(index, 2654435761)).buffer);
const parts = 3;

interface Opened {
  readonly writer: ObjectWriter;
  readonly store: DataStore;
  readonly proxy: FaultyProxy;
  readonly notes: string;
}

async function opened(stores: Stores): Promise<Opened> {
  const starting = started.get(stores) ?? stores.start();
  started.set(stores, starting);
  const server = await starting;
  buckets += 1;
  const bucket = `bucket${buckets}`;
  await server.put(bucket, 'something', '');
  const proxy = await faultyProxy(server.url, !stores.name.startsWith('Google'));
  const place = stores.place(bucket, proxy.url);
  const opening = { env: { ...server.env, PATH: '' }, patience: { silence: 2000, firstWait: 1 } };
  const [writer, store] = [await openObjectWriter(place, opening), await openObjectStore(place, opening)];
  return { writer, store, proxy, notes: temporaryFolder() };
}

async function upload({ writer, notes }: Pick<Opened, 'writer' | 'notes'>, bytes: Uint8Array, key = 'big.bin') {
  const going = new PartsUpload({ writer, key, notes, budget: new Budget(16 * 1024 ** 2) });
  try {
    for (let at = 0; at < bytes.length; at += 1_000_003) await going.write(bytes.subarray(at, at + 1_000_003));
    return await going.finish();
  } finally {
    await going.close();
  }
}

async function bytesOf(store: DataStore, key: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(store.stream(key)));
}

async function names(store: DataStore): Promise<readonly string[]> {
  return (await Array.fromAsync(store.list(''))).flat().flatMap(({ path }) => (path === 'something' ? [] : [path]));
}

const versionAt = async (store: DataStore, key: string): Promise<string | undefined> => {
  const found = await store.stat(key);
  return found?.kind === 'file' ? found.version : undefined;
};

describe.each(all)('$name', (stores) => {
  beforeEach(({ skip }) => skip(!stores.there, 'its server is not installed'));
  const partsIn = ({ requests }: FaultyProxy): number => requests.filter(({ url = '' }) => stores.isPart(url)).length;

  test('a folder goes up, whatever its files are called and however long they are', async () => {
    const { writer, store, notes } = await opened(stores);
    const folder = temporaryFolder();
    const odd = ['a b', 'é€\u{1F600}', '100%', '%41', 'a#b', 'a?b=c', 'a+b&c', `it's "so"`, 'in/a folder/of #1/x;y', '.hidden'];
    mkdirSync(join(folder, 'in/a folder/of #1'), { recursive: true });
    for (const name of odd) writeFileSync(join(folder, name), `<${name}>`);
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'big.bin'), content);
    const tree = { writer, folder, prefix: 'to/here', notes, signal: new AbortController().signal };
    await uploadTree(tree);
    for (const name of odd) expect((await bytesOf(store, `to/here/${name}`)).toString()).toBe(`<${name}>`);
    expect((await bytesOf(store, 'to/here/big.bin')).equals(content)).toBe(true);
    expect(await bytesOf(store, 'to/here/empty')).toHaveLength(0);
    expect((await names(store)).toSorted()).toEqual([...odd, 'big.bin', 'empty'].map((name) => `to/here/${name}`).toSorted());
    const known = new UploadedFiles(notes).read();
    expect(known.size).toBe(odd.length + 2);
    for (const name of ['a b', 'empty']) expect(known.get(name)?.version).toBe(await versionAt(store, `to/here/${name}`));
    // What is there is not sent again; what has changed is.
    writeFileSync(join(folder, 'a b'), 'other');
    const again: string[] = [];
    const watched: ObjectWriter = {
      ...writer,
      put(key, ...rest) {
        again.push(key);
        return writer.put(key, ...rest);
      },
    };
    await uploadTree({ ...tree, writer: watched });
    expect(again).toEqual(['to/here/a b']);
    expect((await bytesOf(store, 'to/here/a b')).toString()).toBe('other');
  });

  test.each([
    ['a server that is too busy', { status: 503, body: '<Error><Code>SlowDown</Code></Error>' }],
    ['a connection that is dropped', 'drop'],
    ['one that is dropped while bytes are sent', { takeOnly: 300_000 }],
    ['an answer that is lost on the way', { cutAfter: 0 }],
  ] as const)('%s is waited for, at every request', async (_, fault) => {
    const { writer, store, proxy, notes } = await opened(stores);
    const seen = new Map<string, number>();
    proxy.rule = ({ method, url }) => {
      const turn = (seen.get(`${method} ${url}`) ?? 0) + 1;
      seen.set(`${method} ${url}`, turn);
      return turn === 1 ? fault : undefined;
    };
    await upload({ writer, notes }, content.subarray(0, 100_000), 'small.bin');
    const { version } = await upload({ writer, notes }, content);
    proxy.rule = () => undefined;
    expect((await bytesOf(store, 'small.bin')).equals(content.subarray(0, 100_000))).toBe(true);
    expect((await bytesOf(store, 'big.bin')).equals(content)).toBe(true);
    if (stores.name !== 'S3') expect(version).toBe(await versionAt(store, 'big.bin'));
  });

  test('what stopped in the middle goes on where it was, and nothing is there before all is', async () => {
    const { writer, store, proxy, notes } = await opened(stores);
    let sent = 0;
    proxy.rule = ({ url = '' }) => (stores.isPart(url) && ++sent > 1 ? { status: 403 } : undefined);
    await expect(upload({ writer, notes }, content)).rejects.toMatchObject({ name: 'StoreError', reason: 'unreadable' });
    expect(await store.stat('big.bin')).toBeUndefined();
    expect(readdirSync(notes)).toHaveLength(2);
    proxy.rule = () => undefined;
    proxy.requests.length = 0;
    await upload({ writer, notes }, content);
    expect(partsIn(proxy)).toBe(parts - 1);
    expect((await bytesOf(store, 'big.bin')).equals(content)).toBe(true);
    expect(readdirSync(notes)).toEqual([]);
    expect(await names(store)).toEqual(['big.bin']);
  });

  test('parts that are not the same any more are sent again', async () => {
    const { writer, store, proxy, notes } = await opened(stores);
    proxy.rule = ({ url = '' }) => (/comp=blocklist|\?uploadId=|compose/.test(url) ? { status: 403 } : undefined);
    await expect(upload({ writer, notes }, content)).rejects.toThrow();
    proxy.rule = () => undefined;
    proxy.requests.length = 0;
    const other = Buffer.from(content);
    other[12_000_000] = (other[12_000_000] ?? 0) ^ 1;
    await upload({ writer, notes }, other);
    expect(partsIn(proxy)).toBe(1);
    expect((await bytesOf(store, 'big.bin')).equals(other)).toBe(true);
  });

  test('what is given up leaves nothing', async () => {
    const { writer, store, proxy, notes } = await opened(stores);
    const going = new PartsUpload({ writer, key: 'big.bin', notes, budget: new Budget(16 * 1024 ** 2) });
    await going.write(content);
    await going.abandon();
    expect(readdirSync(notes)).toEqual([]);
    expect(await names(store)).toEqual([]);
    if (stores.place('', '').kind === 's3') expect(proxy.requests.some(({ method }) => method === 'DELETE')).toBe(true);
  });

  test('whether one may write is told without anything that is seen', async () => {
    const { writer, store } = await opened(stores);
    await writer.probe('a/b');
    expect(await names(store)).toEqual([]);
  });

  test.skipIf(stores.name.startsWith('Google'))('who may not write hears so, and what to do', async () => {
    const server = await (started.get(stores) ?? stores.start());
    const secret = 'c2VjcmV0';
    const env = { ...server.env, AWS_SECRET_ACCESS_KEY: secret, PATH: '', AZURE_STORAGE_CONNECTION_STRING: '', AZURE_STORAGE_KEY: secret };
    const writer = await openObjectWriter(stores.place('bucket1', server.url), { env });
    const refused = await writer.probe('a').catch((error: unknown) => error);
    expect(String(refused)).toMatch(/look at (?:AWS_ACCESS_KEY_ID|AZURE_STORAGE_KEY)/);
    expect(String(refused)).not.toContain(secret);
  });

  test('an object goes away', async () => {
    const { writer, store } = await opened(stores);
    await upload({ writer, notes: temporaryFolder() }, content.subarray(0, 10), 'a b#c');
    await writer.remove('a b#c');
    expect(await store.stat('a b#c')).toBeUndefined();
  });
});
