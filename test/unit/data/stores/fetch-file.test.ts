import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchFile } from '../../../../src/data/stores/fetch-file.ts';
import { webFile } from '../../../../src/data/stores/https.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { type Behaviour, webServer } from '../../../support/web-server.ts';

const content = 'abcdefghij'.repeat(200_000);
const never = new AbortController().signal;

async function begun(behaviour: Behaviour = {}) {
  const server = await webServer({ 'data.txt': content }, behaviour);
  const { store, path } = webFile(`${server.url}data.txt`);
  const folder = temporaryFolder();
  const target = join(folder, 'here.txt');
  const fetch = (signal = never) => fetchFile(store, path, target, signal);
  return { server, folder, target, fetch };
}

test.each<Behaviour>([{}, { ranges: false }, { ranges: false, mute: true }])(
  'a file comes whole, and nothing else stays: %j',
  async (behaviour) => {
    const { folder, target, fetch } = await begun(behaviour);
    await fetch();
    expect(readFileSync(target, 'utf8')).toBe(content);
    expect(readdirSync(folder)).toEqual(['here.txt']);
  },
);

test('an empty file too', async () => {
  const { server, target, fetch } = await begun();
  server.files.set('data.txt', Buffer.from(''));
  await fetch();
  expect(readFileSync(target, 'utf8')).toBe('');
});

test('what an earlier try brought is gone on with, and has no name before it is whole', async () => {
  const { server, target, fetch } = await begun({ cutAfter: 700_000 });
  // How much of what was sent before the cut arrives is the network's affair.
  const arrived = () => readFileSync(`${target}.part`, 'utf8');
  const next = () => (arrived().length === 0 ? undefined : `bytes=${arrived().length}-`);
  await expect(fetch()).rejects.toThrow();
  expect(existsSync(target)).toBe(false);
  expect(content.startsWith(arrived())).toBe(true);
  const second = next();
  await expect(fetch()).rejects.toThrow();
  const third = next();
  server.behaviour = {};
  await fetch();
  expect(readFileSync(target, 'utf8')).toBe(content);
  expect(second ?? third).toBeDefined();
  expect(server.requests.map(({ headers }) => headers.range)).toEqual(['bytes=0-0', undefined, 'bytes=0-0', second, 'bytes=0-0', third]);
});

test.each([
  ['has changed', {}],
  ['has no version', { mute: true, ranges: false }],
] as const)('it is begun again when the file %s', async (_, behaviour) => {
  const { server, target, fetch } = await begun({ ...behaviour, cutAfter: 700_000 });
  await expect(fetch()).rejects.toThrow();
  server.files.set('data.txt', Buffer.from(content.toUpperCase()));
  server.behaviour = behaviour;
  await fetch();
  expect(readFileSync(target, 'utf8')).toBe(content.toUpperCase());
});

test('it stops where it is told to', async () => {
  const { server, target, fetch } = await begun();
  const stop = new AbortController();
  server.behaviour = {
    answer: (request, response) => {
      if (request.headers.range !== undefined) return false;
      response.writeHead(200, { 'content-length': content.length, etag: '"x"' }).write('half');
      stop.abort(new Error('enough'));
      return true;
    },
  };
  await expect(fetch(stop.signal)).rejects.toThrow('enough');
  expect(existsSync(target)).toBe(false);
});
