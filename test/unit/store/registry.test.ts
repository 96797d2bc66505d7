import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { NewAsset } from '../../../src/store/assets.ts';
import { openStore } from '../../../src/store/store.ts';
import { temporaryFolder } from '../../support/folder.ts';

async function registry() {
  const store = await openStore(join(temporaryFolder(), 'home'));
  onTestFinished(() => store.close());
  return { assets: store.assets, home: store.home };
}

const images = (path: string, version?: string): NewAsset => ({
  kind: 'data',
  name: 'images',
  type: 'uri_folder',
  path,
  tags: { from: 'camera' },
  ...(version !== undefined && { version }),
});

test('what was registered is found by version, by latest, and only as its own kind', async () => {
  const { assets } = await registry();
  assets.register(images('/one'));
  assets.register(images('/two'));
  expect(assets.resolve('data', 'images', { version: '1' })).toMatchObject({ path: '/one', version: '1', tags: { from: 'camera' } });
  expect(assets.resolve('data', 'images', { label: 'latest' })).toMatchObject({ path: '/two', version: '2' });
  expect(() => assets.resolve('model', 'images', { version: '1' })).toThrow(/model images, version 1 is not registered/);
});

test('a version never changes: the same content is taken as it is, another is refused', async () => {
  const { assets } = await registry();
  const first = assets.register(images('/one', '2024-01'));
  expect(assets.register(images('/one', '2024-01'))).toEqual(first);
  expect(() => assets.register(images('/two', '2024-01'))).toThrow(
    /data images version 2024-01 is registered already, with another content/,
  );
});

test('an archived version is hidden from latest and lists, but found by who names it', async () => {
  const { assets } = await registry();
  assets.register(images('/one'));
  assets.register(images('/two'));
  assets.archive('data', 'images', { version: '2' }, true);
  expect(assets.resolve('data', 'images', { label: 'latest' }).path).toBe('/one');
  expect(assets.resolve('data', 'images', { version: '2' }).path).toBe('/two');
  expect(assets.list('data').map(({ version }) => version)).toEqual(['1']);
  expect(assets.list('data', { archived: true }).map(({ version }) => version)).toEqual(['2']);
});

test('what is missing is named together with what is there', async () => {
  const { assets } = await registry();
  expect(() => assets.resolve('data', 'images', { label: 'latest' })).toThrow('Register it with: prl data create');
  assets.register(images('/one'));
  expect(() => assets.resolve('data', 'images', { version: '7' })).toThrow('Registered versions: 1.');
  expect(() => assets.resolve('data', 'image', { label: 'latest' })).toThrow('Registered: images.');
});

test('the default datastore is always there, and can be put elsewhere', async () => {
  const { assets, home } = await registry();
  const latest = { label: 'latest' };
  expect(assets.resolve('datastore', 'workspaceblobstore', latest).place).toEqual({
    type: 'local',
    path: join(home, 'datastores', 'workspaceblobstore'),
  });
  expect(assets.list('datastore').map(({ name }) => name)).toEqual(['workspaceblobstore']);
  assets.register({ kind: 'datastore', name: 'workspaceblobstore', place: { type: 'local', path: '/mnt/blobs' }, tags: {} });
  expect(assets.resolve('datastore', 'workspaceblobstore', latest).place).toEqual({ type: 'local', path: '/mnt/blobs' });
});

test('lists hold the newest version of each name, or all versions of one', async () => {
  const { assets } = await registry();
  assets.register(images('/one'));
  assets.register(images('/two'));
  assets.register({ ...images('/x'), name: 'other' } as NewAsset);
  expect(
    assets
      .list('data')
      .map(({ name, version }) => `${name}:${version}`)
      .toSorted(),
  ).toEqual(['images:2', 'other:1']);
  expect(assets.list('data', { name: 'images' }).map(({ version }) => version)).toEqual(['2', '1']);
});
