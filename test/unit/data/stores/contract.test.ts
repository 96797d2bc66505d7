/** What every store must do, whatever lies behind it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { disk } from '../../../../src/data/stores/disk.ts';
import { httpsStore } from '../../../../src/data/stores/https.ts';
import { openStore } from '../../../../src/data/stores/open-store.ts';
import type { DataStore, StorePlace } from '../../../../src/data/stores/store.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import {
  azureAccount,
  azureServer,
  gcsServer,
  hasAzureServer,
  hasGcsServer,
  hasS3Server,
  hasVersityServer,
  type ObjectServer,
  s3Server,
  versityServer,
} from '../../../support/object-servers.ts';
import { webServer } from '../../../support/web-server.ts';

interface Filled {
  readonly store: DataStore;
  /** A path of the store, from one relative to where the files were put. */
  at(path: string): string;
  /** Puts a file there, or another one in its place. */
  put(path: string, content: string | Uint8Array): void | Promise<void>;
}

type Contents = Readonly<Record<string, string | Uint8Array>>;

const onDisk = async (files: Contents): Promise<Filled> => {
  const root = temporaryFolder();
  const put = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const [path, content] of Object.entries(files)) put(path, content);
  return { store: disk, at: (path) => join(root, path), put };
};

const onWeb =
  (ranges: boolean) =>
  async (files: Contents): Promise<Filled> => {
    const server = await webServer(files, { ranges });
    const store = httpsStore({ base: new URL(server.url) });
    return { store, at: (path) => path, put: (path, content) => void server.files.set(path, Buffer.from(content)) };
  };

/** A bucket of its own for each test, in one server. */
const inBuckets = (start: () => Promise<ObjectServer>, placeOf: (bucket: string) => StorePlace) => {
  let server: Promise<ObjectServer> | undefined;
  let buckets = 0;
  return async (files: Contents): Promise<Filled> => {
    server ??= start();
    const { env, put: putInto } = await server;
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    buckets += 1;
    const bucket = `bucket${buckets}`;
    const put = (path: string, content: string | Uint8Array) => putInto(bucket, path, content);
    for (const [path, content] of Object.entries(files)) await put(path, content);
    return { store: await openStore(placeOf(bucket)), at: (path) => path, put };
  };
};

const inS3 = inBuckets(s3Server, (bucket) => ({ kind: 's3', bucket }));
const inVersity = inBuckets(versityServer, (bucket) => ({ kind: 's3', bucket }));
const inGcs = inBuckets(gcsServer, (bucket) => ({ kind: 'gcs', bucket }));
const inAzure = inBuckets(azureServer, (container) => ({ kind: 'azure_blob', account: azureAccount.account, container }));

const oddNames = ['a b', 'é€\u{1F600}', '100%', '%41', 'a#b', 'a?b=c', 'a+b&c', `it's "so"`, 'in a folder/of #1/x;y', '.hidden', '[x]*'];
const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7919 + (index >> 8)) % 251));

async function together(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const piece of pieces) found.push(piece);
  return Buffer.concat(found);
}

describe.each([
  { name: "this machine's disk", fill: onDisk, there: true },
  { name: 'a web server', fill: onWeb(true), there: true },
  { name: 'a web server that knows no ranges', fill: onWeb(false), there: true },
  { name: 'S3', fill: inS3, there: hasS3Server },
  { name: 'S3 that knows conditions', fill: inVersity, there: hasVersityServer },
  { name: 'Azure Blob Storage', fill: inAzure, there: hasAzureServer },
  { name: 'Google Cloud Storage', fill: inGcs, there: hasGcsServer },
])('$name', ({ fill, there }) => {
  beforeEach(({ skip }) => skip(!there, 'its server is not installed'));

  test('reads any range, as far as the file goes', async () => {
    const { store, at } = await fill({ 'data.bin': bytes });
    const read = async (start: number, end: number) => Buffer.from(await store.read(at('data.bin'), start, end));
    for (const [start, end] of [
      [0, 1],
      [0, 10],
      [5, 5],
      [17, 70_000],
      [2_999_999, 3_000_000],
      [2_999_990, 4_000_000],
      [3_000_000, 3_000_001],
      [9_000_000, 9_000_010],
    ] as const) {
      expect((await read(start, end)).equals(bytes.subarray(start, end)), `${start} to ${end}`).toBe(true);
    }
    expect((await read(0, bytes.length)).equals(bytes)).toBe(true);
  });

  test('an open file gives any range, several at once too, and all of it from any byte on', async () => {
    const { store, at } = await fill({ 'data.bin': bytes });
    const file = await store.open(at('data.bin'));
    expect(file.size).toBe(bytes.length);
    const place = fc.integer({ min: 0, max: bytes.length + 10 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(place, fc.integer({ min: 0, max: 100_000 })), { maxLength: 8 }), async (ranges) => {
        const found = await Promise.all(
          ranges.map(async ([start, length]) => {
            const into = Buffer.alloc(length);
            return into.subarray(0, await file.read(into, start));
          }),
        );
        expect(found.every((piece, index) => piece.equals(bytes.subarray(ranges[index]?.[0], sum(ranges[index]))))).toBe(true);
      }),
      { numRuns: 10 },
    );
    for (const start of [0, 1, 1_500_000, bytes.length, bytes.length + 1]) {
      expect((await together(file.stream(start))).equals(bytes.subarray(start)), `from ${start}`).toBe(true);
    }
    await file.close();
  });

  test('names may be anything that a file can be called', async () => {
    const { store, at } = await fill(Object.fromEntries(oddNames.map((name) => [name, `<${name}>`])));
    for (const name of oddNames) {
      const size = Buffer.byteLength(name) + 2;
      expect(await store.stat(at(name)), name).toMatchObject({ kind: 'file', size });
      expect((await store.read(at(name), 0, size)).toString()).toBe(`<${name}>`);
      const file = await store.open(at(name));
      expect((await together(file.stream(0))).toString()).toBe(`<${name}>`);
      await file.close();
    }
    expect(new Set(oddNames.map((name) => store.describe(at(name)))).size).toBe(oddNames.length);
  });

  test('an empty file is a file', async () => {
    const { store, at } = await fill({ empty: '' });
    expect(await store.stat(at('empty'))).toMatchObject({ kind: 'file', size: 0 });
    expect(await store.read(at('empty'), 0, 10)).toHaveLength(0);
    const file = await store.open(at('empty'));
    expect(file.size).toBe(0);
    expect(await together(file.stream(0))).toHaveLength(0);
    await file.close();
  });

  test('what is not there is missing, and nothing else is', async () => {
    const { store, at } = await fill({ 'folder/file': 'x' });
    for (const path of ['nothing', 'folder/nothing', 'no/folder/either', 'folder/file/below']) {
      expect(await store.stat(at(path)), path).toBeUndefined();
      await expect(store.open(at(path))).rejects.toMatchObject({ name: 'StoreError', reason: 'missing' });
      await expect(store.read(at(path), 0, 1)).rejects.toMatchObject({ name: 'StoreError', reason: 'missing' });
    }
  });

  test('a folder is no file', async () => {
    const { store, at } = await fill({ 'folder/file': 'x' });
    expect(await store.stat(at('folder'))).toEqual({ kind: 'folder' });
    await expect(store.open(at('folder'))).rejects.toMatchObject({ name: 'StoreError', reason: 'unreadable' });
    await expect(store.read(at('folder'), 0, 1)).rejects.toMatchObject({ name: 'StoreError', reason: 'unreadable' });
  });

  test('a version stays while the file does', async () => {
    const { store, at, put } = await fill({ file: 'one' });
    const version = async () => {
      const found = await store.stat(at('file'));
      return found?.kind === 'file' ? found.version : undefined;
    };
    const first = await version();
    expect(first).toBeTypeOf('string');
    expect(await version()).toBe(first);
    const known = first === undefined ? {} : { version: first };
    expect((await store.read(at('file'), 0, 3, known)).toString()).toBe('one');
    await put('file', 'another');
    expect(await version()).not.toBe(first);
    await expect(store.read(at('file'), 0, 3, known)).rejects.toMatchObject({ name: 'StoreError', reason: 'changed' });
    await expect(store.open(at('file'), known)).rejects.toMatchObject({ name: 'StoreError', reason: 'changed' });
  });

  test('is opened again by what a worker is told', async () => {
    const { store, at } = await fill({ 'a b': 'x' });
    const again = await openStore(JSON.parse(JSON.stringify(store.place)) as StorePlace);
    expect((await again.read(at('a b'), 0, 1)).toString()).toBe('x');
  });
});

describe.each([
  { name: "this machine's disk", fill: onDisk, there: true },
  { name: 'S3', fill: inS3, there: hasS3Server },
  { name: 'Azure Blob Storage', fill: inAzure, there: hasAzureServer },
  { name: 'Google Cloud Storage', fill: inGcs, there: hasGcsServer },
])('a store that lists: $name', ({ fill, there }) => {
  test.skipIf(!there)('gives every file below a folder, in byte order of its path', async () => {
    const names = [...oddNames, 'folder/b', 'folder/a/z', 'folder.txt', 'Z'];
    const { store, at } = await fill(Object.fromEntries(names.map((name) => [name, ''])));
    const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await listed(store, at(''))).toEqual(sorted);
    expect(await listed(store, at('folder'))).toEqual(['a/z', 'b']);
  });
});

describe('a store that cannot list', () => {
  test('says which folder cannot be read', async () => {
    const { store, at } = await onDisk({ file: '' });
    await expect(listed(store, at('nowhere'))).rejects.toThrow(/nowhere/);
  });

  test('and one that cannot says so', async () => {
    const { store } = await onWeb(true)({ 'folder/file': '' });
    await expect(listed(store, 'folder')).rejects.toThrow(/web server does not list its files.*folder/);
  });
});

async function listed(store: DataStore, folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const files of store.list(folder)) paths.push(...files.map(({ path }) => path));
  return paths;
}

function sum(range: readonly [number, number] | undefined): number {
  return range === undefined ? 0 : range[0] + range[1];
}
