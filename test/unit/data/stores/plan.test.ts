/** The planner and the reader over stores: far ones, and ones that fail. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planInputs } from '../../../../src/data/plan.ts';
import { openReader } from '../../../../src/data/read/reader.ts';
import { disk } from '../../../../src/data/stores/disk.ts';
import { httpsStore } from '../../../../src/data/stores/https.ts';
import { type DataStore, StoreError } from '../../../../src/data/stores/store.ts';
import type { Plan, SplitInput, TableReader } from '../../../../src/data/types.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { webServer } from '../../../support/web-server.ts';
import { all, type GivenSettings, splitSettings } from '../support.ts';

function plan(input: Partial<SplitInput> & { readonly path: string }, settings: GivenSettings = {}): Promise<Plan> {
  return planInputs([{ name: 'in', type: 'uri_file', ...input }], splitSettings(join(temporaryFolder(), 'scratch'), settings));
}

function tableOf({ readers: [reader] }: Plan): TableReader {
  if (reader?.kind !== 'table') throw new Error(`expected a table, found ${reader?.kind}`);
  return reader;
}

const lines = Array.from({ length: 20_000 }, (_, index) => ({ a: index, b: `text, "${index}"\n` }));
const csv = `a,b\n${lines.map(({ a, b }) => `${a},"${b.replaceAll('"', '""')}"\n`).join('')}`;
const json = lines.map((line) => `${JSON.stringify(line)}\n`).join('');

describe('a table that is not on this machine', () => {
  test.each([
    ['delimited text', 'the table.csv', csv],
    ['JSON lines', 'rows.jsonl', json],
  ])('is planned and read by ranges: %s', async (_, path, text) => {
    const server = await webServer({ [path]: text });
    const store = httpsStore({ base: new URL(server.url) });
    const planned = await plan({ path, store }, { miniBatchSize: '50kb' });
    const miniBatches = await all(planned.miniBatches);
    expect(miniBatches.length).toBeGreaterThan(5);
    // As a worker is told of it.
    const source = await openReader(JSON.parse(JSON.stringify(tableOf(planned))));
    const rows: unknown[] = [];
    for (const { slice } of miniBatches) rows.push(...(await source.read(slice)));
    expect(rows).toEqual(lines);
    expect(server.requests.every(({ headers }) => headers.range !== undefined)).toBe(true);
  });

  test('that has changed since it was planned fails its mini-batches', async () => {
    const server = await webServer({ 'a.csv': csv });
    const planned = await plan({ path: 'a.csv', store: httpsStore({ base: new URL(server.url) }) });
    const [first] = await all(planned.miniBatches);
    if (first === undefined) throw new Error('expected a mini-batch');
    server.files.set('a.csv', Buffer.from(csv.replace('0', '7')));
    const source = await openReader(tableOf(planned));
    await expect(source.read(first.slice)).rejects.toThrow('a.csv: it cannot be read: the file was changed on the server');
  });

  test('names the line of what is wrong in it', async () => {
    const server = await webServer({ 'a.csv': 'a,b\n1,2\n3\n' });
    const planned = await plan({ path: 'a.csv', store: httpsStore({ base: new URL(server.url), query: '?sig=x' }) });
    const [first] = await all(planned.miniBatches);
    const source = await openReader(tableOf(planned));
    await expect(source.read(first?.slice ?? { kind: 'none' })).rejects.toThrow(/^a\.csv:3: the row has 1 cell where 2 are expected/);
  });

  test('is regrouped here with the access that only the planner has', async () => {
    const allowed = '/a.csv?sig=secret';
    const server = await webServer(
      { 'a.csv': 'k,v\nx,1\ny,2\nx,3\n' },
      {
        answer: ({ url }, response) => url !== allowed && response.writeHead(403).end() !== undefined,
      },
    );
    const store = httpsStore({ base: new URL(server.url), query: '?sig=secret' });
    const planned = await plan({ path: 'a.csv', store }, { partitionKeys: ['k'] });
    const miniBatches = await all(planned.miniBatches);
    expect(JSON.stringify([planned.readers, miniBatches])).not.toContain('secret');
    const source = await openReader(tableOf(planned));
    const groups = await Promise.all(miniBatches.map(async ({ slice }) => (await source.read(slice)).toArray()));
    expect(groups).toEqual([
      [
        { k: 'x', v: 1 },
        { k: 'x', v: 3 },
      ],
      [{ k: 'y', v: 2 }],
    ]);
  });

  test('a Delta table must be fetched first, and what an MLTable names must be relative to it', async () => {
    const MLTable = 'paths: [{folder: .}]\ntransformations: [read_delta_lake]\n';
    const server = await webServer({ MLTable, 'b/MLTable': 'paths: [{file: ../../a.csv}]\ntransformations: [read_delimited]\n' });
    const store = httpsStore({ base: new URL(server.url), query: '?sig=secret' });
    await expect(plan({ path: 'MLTable', type: 'mltable', store })).rejects.toThrow(/so this must be fetched first: http.*[^?]\.$/);
    await expect(plan({ path: 'b/MLTable', type: 'mltable', store })).rejects.toThrow(
      'Expected a path relative to the MLTable, found "../../a.csv"',
    );
  });
});

describe('what cannot be read is not taken for what is not there', () => {
  test('an MLTable that leads in a circle', async () => {
    const root = temporaryFolder();
    symlinkSync('MLTable', join(root, 'MLTable'));
    writeFileSync(join(root, 'a.csv'), 'a\n1\n');
    await expect(plan({ path: root, type: 'mltable' })).rejects.toThrow(/MLTable: The file cannot be read: ELOOP/);
  });

  test('an MLTable whose folder refuses', async () => {
    const root = temporaryFolder();
    const store: DataStore = {
      ...disk,
      stat: async (path) => {
        if (path.endsWith('MLTable')) throw new StoreError('unreadable', 'EMFILE: too many open files');
        return disk.stat(path);
      },
    };
    await expect(plan({ path: root, type: 'mltable', store })).rejects.toThrow(/MLTable: The file cannot be read: EMFILE/);
  });

  test('a folder called MLTable is none', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'MLTable'));
    writeFileSync(join(root, 'MLTable', 'x'), '');
    const [first] = await all((await plan({ path: root, type: 'mltable' })).miniBatches);
    expect(first?.slice).toEqual({ kind: 'files', paths: ['MLTable/x'] });
  });

  test('an entry of an MLTable', async () => {
    const root = temporaryFolder();
    symlinkSync('loop.csv', join(root, 'loop.csv'));
    writeFileSync(join(root, 'MLTable'), 'paths:\n  - file: ./loop.csv\n');
    await expect(plan({ path: root, type: 'mltable' })).rejects.toThrow(/MLTable:2:11: .*The path cannot be read: ELOOP/);
  });

  test('an input', async () => {
    const name = 'x'.repeat(300);
    await expect(plan({ path: join(temporaryFolder(), name) })).rejects.toThrow(/input 'in' cannot be read: ENAMETOOLONG/);
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(plan({ path: join(file, 'below') })).rejects.toThrow(/input 'in' does not exist/);
  });

  test('a file of a table', async () => {
    const root = temporaryFolder();
    const store: DataStore = { ...disk, open: async () => Promise.reject(new StoreError('unreadable', 'EACCES: permission denied')) };
    writeFileSync(join(root, 'a.csv'), 'a\n1\n');
    await expect(plan({ path: join(root, 'a.csv'), store })).rejects.toThrow(/a\.csv: The file cannot be read: EACCES/);
  });
});
