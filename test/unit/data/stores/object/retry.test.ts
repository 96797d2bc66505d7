/** Object stores that are busy, slow, cut off, or do not let one in. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ObjectPlace, type Opening, openObjectStore } from '../../../../../src/data/stores/object/open.ts';
import type { DataStore } from '../../../../../src/data/stores/store.ts';
import { type FaultyProxy, faultyProxy } from '../../../../support/faulty-proxy.ts';
import { azureAccount, azureServer, hasAzureServer, hasS3Server, type ObjectServer, s3Server } from '../../../../support/object-servers.ts';

interface Stores {
  readonly name: string;
  readonly there: boolean;
  start(): Promise<ObjectServer>;
  place(bucket: string, endpoint: string): ObjectPlace;
}

const { account } = azureAccount;
const s3: Stores = { name: 'S3', there: hasS3Server, start: s3Server, place: (bucket, endpoint) => ({ kind: 's3', bucket, endpoint }) };
const azure: Stores = {
  name: 'Azure Blob Storage',
  there: hasAzureServer,
  start: azureServer,
  place: (container, endpoint) => ({ kind: 'azure_blob', account, container, endpoint }),
};
const started = new Map<Stores, Promise<ObjectServer>>();
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) % 251));
const impatient = { silence: 100, firstWait: 1 };

async function opened(
  stores: Stores,
  opening: Opening = {},
): Promise<{ readonly store: DataStore; readonly proxy: FaultyProxy; readonly server: ObjectServer }> {
  const found = started.get(stores) ?? stores.start();
  started.set(stores, found);
  const server = await found;
  const proxy = await faultyProxy(server.url);
  await server.put('data', 'file.bin', content);
  const env = { ...server.env, PATH: '' };
  return { store: await openObjectStore(stores.place('data', proxy.url), { env, patience: impatient, ...opening }), proxy, server };
}

async function together(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(pieces));
}

describe.each([s3, azure])('$name', (stores) => {
  describe.skipIf(!stores.there)('what passes by itself is waited for', () => {
    test.each([
      ['a server that is too busy', { status: 503, body: '<Error><Code>SlowDown</Code></Error>' }],
      ['one that says so by 429', { status: 429 }],
      ['one that fails', { status: 500 }],
      ['a connection that is dropped', 'drop'],
      ['a server that says nothing', 'silence'],
    ] as const)('%s', async (_, fault) => {
      const { store, proxy } = await opened(stores);
      for (const act of [
        () => store.stat('file.bin'),
        () => store.read('file.bin', 10, 20),
        () => Array.fromAsync(store.list('')),
        () => together(store.stream('file.bin')),
      ]) {
        proxy.faults = [fault, fault];
        expect(await act()).toBeTruthy();
        expect(proxy.faults).toEqual([]);
      }
    });

    test('a body that breaks off, again and again, is gone on with where it was', async () => {
      const { store, proxy } = await opened(stores);
      proxy.faults = [{ cutAfter: 70_000 }, { cutAfter: 100_000 }, { cutAfter: 1 }];
      expect((await together(store.stream('file.bin'))).equals(content)).toBe(true);
      expect(proxy.requests).toHaveLength(4);
      proxy.faults = [{ cutAfter: 1000 }];
      expect((await store.read('file.bin', 5000, 90_000)).equals(content.subarray(5000, 90_000))).toBe(true);
      expect(proxy.requests.slice(-2).map(({ headers }) => headers.range)).toEqual(['bytes=5000-89999', 'bytes=6000-89999']);
    });

    test('but not for ever', async () => {
      const { store, proxy } = await opened(stores, { patience: { ...impatient, tries: 3 } });
      proxy.faults = Array(10).fill({ status: 503 });
      await expect(store.read('file.bin', 0, 10)).rejects.toThrow('the server is too busy (503) (tried 3 times)');
      expect(proxy.requests).toHaveLength(3);
    });

    test('and an abort ends the waiting', async () => {
      const { store, proxy } = await opened(stores, { patience: { firstWait: 3_600_000 } });
      proxy.faults = [{ status: 503 }];
      const stop = new AbortController();
      const reading = store.read('file.bin', 0, 10, { signal: stop.signal });
      stop.abort(new Error('enough'));
      await expect(reading).rejects.toThrow('enough');
    });

    test('a file that is replaced while it is read is said to, and never mixed', async () => {
      const { store, proxy, server } = await opened(stores);
      const pieces = store.stream('file.bin')[Symbol.asyncIterator]();
      proxy.faults = [{ cutAfter: 70_000 }];
      await pieces.next();
      await server.put('data', 'file.bin', Buffer.from(content).reverse());
      const rest = async () => {
        while ((await pieces.next()).done !== true);
      };
      await expect(rest()).rejects.toMatchObject({ name: 'StoreError', reason: 'changed' });
    });
  });

  test.skipIf(!stores.there)('a bucket that is not there is told by its name, at once', async () => {
    const { proxy, server } = await opened(stores);
    const store = await openObjectStore(stores.place('nowhere', proxy.url), { env: server.env, patience: impatient });
    await expect(Array.fromAsync(store.list('in'))).rejects.toThrow(/nowhere\/in\/ cannot be listed: .*nowhere/);
    expect(proxy.requests).toHaveLength(1);
  });
});

describe.skipIf(!hasS3Server)('who may not read S3 is told what to do', () => {
  const message = async (opening: Opening, faults: FaultyProxy['faults'] = []): Promise<string> => {
    const { store, proxy } = await opened(s3, opening);
    proxy.faults = faults;
    const said = await Promise.all([Array.fromAsync(store.list('')).catch(String), store.stat('file.bin').catch(String)]);
    for (const text of said) expect(text).not.toMatch(/wrong-secret|token-secret/);
    return said.join('\n');
  };
  const keys = { accessKeyId: 'AKIDTEST', secretAccessKey: 'wrong-secret' };

  test('the key is wrong', async () => {
    expect(await message({ secret: { store: 's3', ...keys } })).toMatch(/secret key is not that of the access key.*AWS_SECRET_ACCESS_KEY/);
    expect(await message({ secret: { store: 's3', ...keys, accessKeyId: 'AKIDOTHER' } })).toMatch(
      /does not know the access key.*AWS_ACCESS_KEY_ID/,
    );
  });

  test('there are no credentials, or they may not list', async () => {
    expect(
      await message({ env: { HOME: '/nowhere' } }, Array(4).fill({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' })),
    ).toMatch(/no AWS credentials were found, and the public may not list the bucket/);
    expect(await message({}, Array(4).fill({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }))).toMatch(
      /do not allow to list the bucket \(s3:ListBucket\) \(403 AccessDenied\)/,
    );
  });

  test('the token has expired', async () => {
    const said = await message({}, Array(9).fill({ status: 400, body: '<Error><Code>ExpiredToken</Code></Error>' }));
    expect(said).toMatch(/the credentials have expired.*sign in again/);
  });
});

describe.skipIf(!hasAzureServer)('who may not read Azure Blob Storage is told what to do', () => {
  const read = async (opening: Opening): Promise<string> => {
    const { store } = await opened(azure, opening);
    const said = await Promise.all([Array.fromAsync(store.list('')).catch(String), store.stat('file.bin').catch(String)]);
    for (const text of said) expect(text).not.toMatch(/sig=|d3Jvbmc/);
    return said.join('\n');
  };

  test('the key is wrong', async () => {
    const access = { kind: 'key', account, key: 'd3Jvbmc=' } as const;
    expect(await read({ secret: { store: 'azure_blob', access } })).toMatch(
      /the key is not that of the account acct.*\(403 AuthorizationFailure\)/,
    );
  });

  test('the signature is not a good one', async () => {
    const query = 'sv=2021-08-06&sp=r&sr=c&se=2020-01-01T00%3A00%3A00Z&sig=c2VjcmV0';
    const secret = { store: 'azure_blob', access: { kind: 'signature', query } } as const;
    expect(await read({ secret })).toMatch(/shared access signature does not allow to list the container, or has expired/);
  });

  test('nobody is signed in', async () => {
    expect(await read({ env: { PATH: '' } })).toMatch(/no container data, or none that the public may read|no credentials were found/);
  });
});

test.skipIf(!hasS3Server)('a clock that is wrong is made up for', async () => {
  const { store, proxy } = await opened(s3);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  expect((await store.read('file.bin', 0, 3)).equals(content.subarray(0, 3))).toBe(true);
  expect(proxy.requests).toHaveLength(2);
  await store.read('file.bin', 0, 3);
  expect(proxy.requests).toHaveLength(3);
});
