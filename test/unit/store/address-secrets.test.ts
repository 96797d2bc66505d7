import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { wholeOf } from '../../../src/store/address-secrets.ts';
import { credentialsOf, keepCredentials } from '../../../src/store/credentials.ts';
import { openStore } from '../../../src/store/store.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { commandJob } from '../../support/specs.ts';

const address = 'https://acct.blob.core.windows.net/c/p?sv=1&sig=S3CRET';

async function home() {
  const directory = temporaryFolder();
  const store = await openStore(directory);
  onTestFinished(() => store.close());
  return { directory, store };
}

function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    return entry.isFile() && readFileSync(path).includes(text) ? [path] : [];
  });
}

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('what gives access stands in no file but its own, and goes with the job', async () => {
  const { directory, store } = await home();
  const spec = { ...commandJob('true'), inputs: { in: { kind: 'data', type: 'uri_folder', path: address } } } as const;
  store.jobs.create(spec, { name: 'one' });
  const stored = store.jobs.spec('one');
  const path = stored.inputs.in?.kind === 'data' ? stored.inputs.in.path : '';
  expect(wholeOf(directory, path)).toBe(address);
  const file = join(directory, 'jobs/one/credentials.json');
  expect(filesWith(directory, 'S3CRET')).toEqual([file]);
  expect(mode(file)).toBe('600');
  // Another job made of this one's spec has its own.
  store.jobs.create(stored, { name: 'two' });
  store.jobs.remove('one');
  expect(filesWith(directory, 'S3CRET')).toEqual([join(directory, 'jobs/two/credentials.json')]);
  expect(() => wholeOf(directory, path)).toThrow('was kept with jobs one, and is gone');
});

test('an asset keeps its own, and is the same asset with the same secret only', async () => {
  const { directory, store } = await home();
  const asset = { kind: 'data', name: 'd', version: '3', type: 'uri_folder', path: address, tags: {} } as const;
  store.assets.register(asset);
  expect(filesWith(directory, 'S3CRET')).toEqual([join(directory, 'credentials/data/d/3.json')]);
  expect(wholeOf(directory, store.assets.resolve('data', 'd', { version: '3' }).path)).toBe(address);
  store.assets.register(asset);
  expect(() => store.assets.register({ ...asset, path: address.replace('S3', 'S4') })).toThrow('with another content');
});

test.each(['jobs/../x/0', 'jobs/a/b/c/0', 'assets/data/../x/0', 'elsewhere/x/0', 'jobs/.x/0'])(
  'a mark leads nowhere else: %s',
  async (where) => {
    const { directory } = await home();
    expect(() => wholeOf(directory, `https://h/p?kept-by-parallelrun=${where}`)).toThrow(/a secret that there cannot be|is gone/);
  },
);

test('credentials that others can read are told', async () => {
  const { directory } = await home();
  keepCredentials(directory, 'blobs', { kind: 'account_key', accountKey: 'S3CRET' });
  const file = join(directory, 'credentials/datastores/blobs.json');
  expect([mode(file), mode(join(directory, 'credentials/datastores'))]).toEqual(['600', '700']);
  expect(credentialsOf(directory, 'blobs')).toEqual({ kind: 'account_key', accountKey: 'S3CRET' });
  chmodSync(file, 0o644);
  expect(() => credentialsOf(directory, 'blobs')).toThrow(/can be read by others on this machine \(its mode is 644\)/);
  keepCredentials(directory, 'blobs', undefined);
  expect(existsSync(file)).toBe(false);
});
