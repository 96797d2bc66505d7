import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { expect, test } from 'vitest';
import { KeptFiles } from '../../../../src/data/fetch/kept-files.ts';
import { stageInput } from '../../../../src/pipeline/bind/stage.ts';
import { jobLayout } from '../../../../src/store/layout.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { webServer } from '../../../support/web-server.ts';

const noAssets = {
  home: '/nowhere',
  resolve: () => {
    throw new Error('nothing is registered');
  },
};
const never = new AbortController().signal;

async function stage(url: string) {
  const layout = jobLayout(temporaryFolder(), 'job1').step('main');
  const input = { kind: 'data', name: 'data', type: 'uri_file', location: { kind: 'web', address: 'told', whole: () => url } } as const;
  const staged = await stageInput(input, { layout, kill: never, env: {}, isSplit: false, assets: noAssets, kept: new KeptFiles('', 0) });
  if (staged.kind !== 'data') throw new Error('expected data');
  return { path: staged.path, below: relative(layout.inputs, staged.path) };
}

const longName = `${'é'.repeat(150)}.csv`;

test.each([
  ['a.csv?sig=secret', 'a.csv'],
  ['a%20b%C3%A9.csv', 'a bé.csv'],
  ['100%.csv', '100%.csv'],
  ['x/y%2Fz.csv', 'z.csv'],
  ['..%2F..%2F', 'data'],
  ['x%2F..', 'data'],
  ['', 'data'],
  ['nul%00.csv', 'nul.csv'],
  [encodeURIComponent(longName), longName.slice(-76)],
])('a file of the web keeps its name here, where that can be one: %s', async (address, name) => {
  const server = await webServer({}, { answer: (_, response) => response.end('here') !== undefined });
  const { path, below } = await stage(server.url + address);
  expect(basename(path)).toBe(name);
  expect(below).toBe(`data/${name}`);
  expect(readFileSync(path, 'utf8')).toBe('here');
});
