/** What only a web server can do to its readers. */
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { webFile } from '../../../../src/data/stores/https.ts';
import { type Behaviour, webServer } from '../../../support/web-server.ts';

const content = 'abcdefghij'.repeat(100_000);

async function served(behaviour: Behaviour = {}, address = 'data.txt?sig=secret') {
  const server = await webServer({ 'data.txt': content }, behaviour);
  return { server, ...webFile(server.url + address, { patience: 5000 }) };
}

async function together(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const piece of pieces) found.push(piece);
  return Buffer.concat(found);
}

describe('what a server answers is told in words', () => {
  test.each([
    [401, /^the server refuses access \(401 Unauthorized\); a signed address may have expired$/],
    [403, /^the server refuses access \(403 Forbidden\)/],
    [404, /^the server has no such file \(404 Not Found\)$/],
    [410, /^the server has no such file \(410 Gone\)$/],
    [418, /^the server answered 418/],
    [429, /^the server is too busy at the moment \(429/],
    [500, /^the server has failed \(500/],
    [503, /^the server is too busy at the moment \(503 Service Unavailable\)$/],
  ])('%i', async (status, words) => {
    const { store, path } = await served({ answer: (_, response) => response.writeHead(status).end() !== undefined });
    const reason = status === 404 || status === 410 ? 'missing' : 'unreadable';
    await expect(store.read(path, 0, 1)).rejects.toMatchObject({ reason, message: expect.stringMatching(words) });
    await expect(store.open(path)).rejects.toMatchObject({ reason, message: expect.stringMatching(words) });
    if (reason === 'missing') expect(await store.stat(path)).toBeUndefined();
    else await expect(store.stat(path)).rejects.toMatchObject({ reason });
  });
});

test('a connection that breaks off in the middle is an error, never a short read', async () => {
  const { server, store, path } = await served();
  const file = await store.open(path);
  for (const ranges of [true, false]) {
    server.behaviour = { cutAfter: 300_000, ranges };
    await expect(store.read(path, 0, 600_000)).rejects.toMatchObject({ name: 'StoreError', reason: 'unreadable' });
    await expect(file.read(Buffer.alloc(500_000), 0)).rejects.toMatchObject({ name: 'StoreError' });
    await expect(together(file.stream(0))).rejects.toMatchObject({ name: 'StoreError' });
  }
});

test('a server that says nothing is given up', async () => {
  const server = await webServer({}, { answer: () => true });
  const { store, path } = webFile(`${server.url}data.txt`, { patience: 20 });
  await expect(store.stat(path)).rejects.toThrow('nothing has come from the server for 0.02 seconds');
  server.behaviour = {
    answer: (_, response) => response.writeHead(200, { 'content-length': 10 }).write('half'),
  };
  await expect(store.read(path, 0, 10)).rejects.toThrow('nothing has come from the server');
});

test('time that the reader takes for itself is not counted', async () => {
  const { store, path } = await served();
  const file = await store.open(path);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  let length = 0;
  for await (const piece of file.stream(0)) {
    length += piece.length;
    vi.advanceTimersByTime(3_600_000);
  }
  expect(length).toBe(content.length);
});

test('an abort is heard, before and during a body', async () => {
  const { server, store, path } = await served();
  await expect(store.read(path, 0, 1, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  const stop = new AbortController();
  const file = await store.open(path, { signal: stop.signal });
  server.behaviour = {
    answer: (_, response) => response.writeHead(200, { 'content-length': content.length, etag: file.version ?? '' }).write('half'),
  };
  const pieces = file.stream(0)[Symbol.asyncIterator]();
  expect(Buffer.from((await pieces.next()).value ?? '').toString()).toBe('half');
  stop.abort(new Error('enough'));
  await expect(pieces.next()).rejects.toThrow('enough');
});

test.each([true, false])('a file that changes while it is read is said to, and never mixed (ranges: %s)', async (ranges) => {
  const { server, store, path } = await served({ ranges });
  const file = await store.open(path);
  expect(await file.read(Buffer.alloc(10), 5)).toBe(10);
  server.files.set('data.txt', Buffer.from(content.toUpperCase()));
  const changed = { name: 'StoreError', reason: 'changed', message: 'the file was changed on the server while it was read' };
  await expect(file.read(Buffer.alloc(10), 5)).rejects.toMatchObject(changed);
  await expect(together(file.stream(20))).rejects.toMatchObject(changed);
  const { version } = file;
  if (version === undefined) throw new Error('expected a version');
  await expect(store.read(path, 0, 10, { version })).rejects.toMatchObject(changed);
  await expect(store.open(path, { version })).rejects.toMatchObject(changed);
});

test('without an ETag the time of the last change is the version; without both, another length tells', async () => {
  const { server, store, path } = await served();
  let modified: string | undefined = 'Sat, 21 Nov 2026 10:00:00 GMT';
  server.behaviour = {
    answer: (_, response) => {
      const [body = Buffer.from('')] = server.files.values();
      const headers = { 'content-length': body.length, ...(modified === undefined ? {} : { 'last-modified': modified }) };
      return response.writeHead(200, headers).end(body) !== undefined;
    },
  };
  expect(await store.stat(path)).toEqual({ kind: 'file', size: content.length, version: modified });
  modified = undefined;
  const file = await store.open(path);
  expect(file.version).toBeUndefined();
  server.files.set('data.txt', Buffer.from('shorter'));
  await expect(file.read(Buffer.alloc(3), 0)).rejects.toMatchObject({ reason: 'changed' });
});

test('a server that tells no length, or packs what it sends, can still be read', async () => {
  const { server, store, path } = await served({ mute: true, ranges: false });
  expect(await store.stat(path)).toEqual({ kind: 'file' });
  expect((await together((await store.open(path)).stream(0))).toString()).toBe(content);
  const packed = gzipSync(content);
  server.behaviour = {
    answer: (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed) !== undefined,
  };
  expect(await store.stat(path)).toEqual({ kind: 'file' });
  expect((await together((await store.open(path)).stream(3))).toString()).toBe(content.slice(3));
});

test('a server that sends another range than it was asked for is not believed', async () => {
  const { store, path } = await served({
    answer: (_, response) => response.writeHead(206, { 'content-range': 'bytes 0-3/100', 'content-length': 4 }).end('abcd') !== undefined,
  });
  await expect(store.read(path, 7, 11)).rejects.toThrow('the server sent the bytes from 0 where those from 7 were asked for');
});

test('redirects are followed, and only one to the same address with a slash is a folder', async () => {
  const { server, store } = await served({
    answer: (request, response) =>
      request.url === '/old.txt?sig=secret' && response.writeHead(302, { location: '/data.txt' }).end() !== undefined,
  });
  expect(await store.stat('old.txt')).toMatchObject({ kind: 'file', size: content.length });
  server.files.set('folder/x', Buffer.from(''));
  expect(await store.stat('folder')).toEqual({ kind: 'folder' });
});

test.each([
  ['a+b%2Bc.csv', 'a+b+c.csv'],
  ['x%2Fy.csv', 'x/y.csv'],
  ['100%.csv', '100%.csv'],
  ["it's(1).csv", "it's(1).csv"],
  ['', ''],
])('the file of an address is asked for as it was written: %s', async (written, name) => {
  const { server, store, path } = await served({ answer: (_, response) => response.end('x') !== undefined }, `dir/${written}?sig=a%2Fb`);
  expect(path).toBe(name);
  expect((await store.read(path, 0, 1)).toString()).toBe('x');
  expect(server.requests.map(({ url }) => url)).toEqual([`/dir/${written}?sig=a%2Fb`]);
});

test('neither query nor password is told to anybody but the server', async () => {
  const { server } = await served({
    answer: (request, response) => request.headers.authorization === undefined && response.writeHead(403).end() !== undefined,
  });
  const address = server.url.replace('//', '//me:p%40ss@');
  const { store, path } = webFile(`${address}data.txt?sig=secret#part`);
  expect((await store.read(path, 0, 3)).toString()).toBe('abc');
  expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  expect(server.requests[0]?.url).toBe('/data.txt?sig=secret');
  expect(store.describe(path)).toBe(`${server.url}data.txt`);
  expect(JSON.stringify(store.place)).toBe(JSON.stringify({ kind: 'https', url: server.url }));
  server.behaviour = { answer: (_, response) => response.destroy() !== undefined };
  for (const error of [
    await store.stat(path).catch(String),
    await store.open(path).catch(String),
    await store.read(path, 0, 1).catch(String),
  ]) {
    expect(error).toMatch(/StoreError/);
    expect(error).not.toMatch(/secret|p@ss|p%40ss/);
  }
});

test('a server that cannot be reached is told by its reason', async () => {
  const { store, path } = webFile('http://127.0.0.1:1/data.csv?sig=secret');
  await expect(store.stat(path)).rejects.toThrow(/ECONNREFUSED|bad port/);
  expect(() => webFile('http://')).toThrow('the address cannot be understood');
});
