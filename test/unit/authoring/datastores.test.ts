import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataReference, Dataset, Datastore, Workspace } from '../../../src/authoring/v1/index.ts';
import { MLClient } from '../../../src/authoring/v2/index.ts';
import { temporaryFolder } from '../../support/folder.ts';

const filesWith = (home: string, text: string) =>
  readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text))
    .map(({ name }) => name);

test('v2: stores of all kinds, without their secrets', async () => {
  const home = temporaryFolder();
  const { datastores } = new MLClient({ home });
  const blobs = {
    name: 'blobs',
    type: 'azure_blob',
    accountName: 'acct',
    containerName: 'c',
    credentials: { accountKey: 'S3CRET' },
  } as const;
  const seen = { name: 'blobs', type: 'azure_blob', accountName: 'acct', containerName: 'c', access: 'account_key', tags: {} };
  expect(await datastores.createOrUpdate(blobs)).toEqual(seen);
  expect(filesWith(home, 'S3CRET')).toEqual(['blobs.json']);
  await datastores.createOrUpdate({ name: 'lake', type: 's3', bucket: 'b', credentials: { profile: 'lab' }, tags: { a: 'b' } });
  expect(await datastores.get('lake')).toEqual({
    name: 'lake',
    type: 's3',
    bucket: 'b',
    profile: 'lab',
    access: 'of this machine',
    tags: { a: 'b' },
  });
  expect(await datastores.createOrUpdate({ name: 'here', path: join(home, 'x') })).toEqual({
    name: 'here',
    type: 'local',
    path: join(home, 'x'),
    tags: {},
  });
  expect(await datastores.createOrUpdate({ ...blobs, credentials: undefined })).toMatchObject({ access: 'of this machine' });
  expect(filesWith(home, 'S3CRET')).toEqual([]);
  await datastores.delete('blobs');
  await expect(datastores.get('blobs')).rejects.toThrow('not registered');
});

test('v2: everything that is wrong, in the words of TypeScript, and no secret', async () => {
  const { datastores } = new MLClient({ home: temporaryFolder() });
  const wrong = { name: 'b', type: 'azure_blob', acountName: 'a', credentials: { accountKey: 12345, sasToken: 'S3CRET' } };
  const error: Error = await datastores.createOrUpdate(wrong as never).catch((thrown) => thrown);
  expect(error.message).toContain('containerName');
  expect(error.message).toContain('acountName');
  expect(error.message).toContain('Expected text, found something else');
  expect(error.message).not.toMatch(/12345|S3CRET/);
});

test('v1: a container is registered, and paths in it are addresses', async () => {
  const home = temporaryFolder();
  const workspace = new Workspace({ home });
  const options = { workspace, datastoreName: 'blobs', containerName: 'c', accountName: 'acct', accountKey: 'S3CRET' };
  const datastore = await Datastore.registerAzureBlobContainer(options);
  expect(datastore.path).toBe('azureml://datastores/blobs/paths');
  expect(filesWith(home, 'S3CRET')).toEqual(['blobs.json']);
  await expect(Datastore.registerAzureBlobContainer(options)).rejects.toThrow('There is a datastore blobs already');
  await Datastore.registerAzureBlobContainer(workspace, 'blobs', 'c', 'acct', { accountKey: 'S3CRET', overwrite: true });
  const folder = (await Dataset.File.fromFiles([datastore, 'in/'])).folder;
  expect(folder).toBe('azureml://datastores/blobs/paths/in');
  expect((await Dataset.File.fromFiles([datastore, 'in/**'])).folder).toBe(folder);
  expect(
    (
      await Dataset.Tabular.fromDelimitedFiles([
        [datastore, 'a.csv'],
        [datastore, 'more/*.csv'],
      ])
    ).table,
  ).toMatchObject({
    paths: [{ file: 'azureml://datastores/blobs/paths/a.csv' }, { pattern: 'azureml://datastores/blobs/paths/more/*.csv' }],
  });
  const reference = new DataReference(datastore, 'model', 'models/m.pkl').toInput();
  expect(reference.dataset).toMatchObject({ source: { paths: [{ file: 'azureml://datastores/blobs/paths/models/m.pkl' }] } });
  expect(() => datastore.upload(home)).toThrow('The datastore blobs is in an object store');
  await expect(Dataset.File.fromFiles('https://h/a.csv?sig=S3CRET')).rejects.toThrow(/^(?!.*S3CRET).*would be written down/);
  await datastore.unregister();
  await expect(Datastore.get(workspace, 'blobs')).rejects.toThrow('not registered');
});

test('v1: a file system of Data Lake Storage, with a service principal', async () => {
  const workspace = new Workspace({ home: temporaryFolder() });
  const options = { workspace, datastoreName: 'lake', filesystem: 'f', accountName: 'acct', tenantId: 't', clientId: 'c' };
  await expect(Datastore.registerAzureDataLakeGen2(options)).rejects.toThrow('clientSecret');
  expect((await Datastore.registerAzureDataLakeGen2({ ...options, clientSecret: 's' })).name).toBe('lake');
});
