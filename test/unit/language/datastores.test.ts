import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RequestError } from '../../../src/errors/types.ts';
import { loadAsset } from '../../../src/language/assets.ts';
import { folderWith } from '../../support/job-files.ts';

const load = (text: string, more: Readonly<Record<string, string>> = {}) => {
  const folder = folderWith({ ...more, 'store.yml': text });
  return { folder, asset: loadAsset('datastore', { file: join(folder, 'store.yml'), overrides: [] }) };
};

function mistakesOf(text: string) {
  try {
    load(text);
  } catch (error) {
    if (error instanceof RequestError)
      return error.problems.map(({ line, column, message, hint }) => `${line}:${column}: ${message} ${hint ?? ''}`.trim());
    throw error;
  }
  return [];
}

const blob = 'name: b\ntype: azure_blob\naccount_name: acct\ncontainer_name: data\n';
const blobPlace = { type: 'azure_blob', account: 'acct', container: 'data' };

test.each([
  [blob, blobPlace, undefined],
  [`${blob}credentials:\n`, blobPlace, undefined],
  [`${blob}credentials: {}\n`, blobPlace, undefined],
  [`${blob.replace('azure_blob', 'AzureBlob')}endpoint: core.windows.net\nprotocol: https\n`, blobPlace, undefined],
  [
    `${blob}endpoint: core.chinacloudapi.cn\ncredentials: {account_key: k3y}\n`,
    { ...blobPlace, endpoint: 'https://acct.blob.core.chinacloudapi.cn' },
    { kind: 'account_key', accountKey: 'k3y' },
  ],
  [
    `${blob}endpoint: http://127.0.0.1:10000/acct/\ncredentials: {sas_token: "?sv=1&sig=x"}\n`,
    { ...blobPlace, endpoint: 'http://127.0.0.1:10000/acct' },
    { kind: 'sas_token', sasToken: 'sv=1&sig=x' },
  ],
  [
    'name: g\ntype: azure_data_lake_gen2\naccount_name: acct\nfilesystem: data\ncredentials: {tenant_id: t, client_id: c, client_secret: s, authority_url: https://login.example}\n',
    { type: 'azure_data_lake_gen2', account: 'acct', container: 'data' },
    { kind: 'service_principal', tenantId: 't', clientId: 'c', clientSecret: 's', authorityUrl: 'https://login.example' },
  ],
  [
    'name: f\ntype: azure_file\naccount_name: acct\nfile_share_name: share\npath: /mnt/share\ncredentials: {account_key: k}\n',
    { type: 'azure_file', account: 'acct', share: 'share', path: '/mnt/share' },
    undefined,
  ],
  [
    'name: s\ntype: s3\nbucket: b\nregion: eu-west-1\nendpoint: http://minio:9000\ncredentials: {access_key_id: a, secret_access_key: s, session_token: t}\n',
    { type: 's3', bucket: 'b', region: 'eu-west-1', endpoint: 'http://minio:9000' },
    { kind: 'access_key', accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' },
  ],
  ['name: s\ntype: s3\nbucket: b\ncredentials: {profile: lab}\n', { type: 's3', bucket: 'b', profile: 'lab' }, undefined],
  [
    'name: g\ntype: gcs\nbucket: b\ncredentials: {access_key_id: a, secret_access_key: s}\n',
    { type: 'gcs', bucket: 'b' },
    { kind: 'access_key', accessKeyId: 'a', secretAccessKey: 's' },
  ],
  ['name: l\npath: /data\n', { type: 'local', path: '/data' }, undefined],
])('%s', (text, place, credentials) => {
  expect(load(text).asset).toMatchObject({ kind: 'datastore', place });
  expect('credentials' in load(text).asset ? load(text).asset : {}).toEqual(
    credentials === undefined ? {} : expect.objectContaining({ credentials }),
  );
});

test("a service account's key file is read where its path says", () => {
  const json = JSON.stringify({ client_email: 'a@b', private_key: 'PEM' });
  const { asset } = load('name: g\ntype: gcs\nbucket: b\ncredentials: {service_account_file: ./key.json}\n', { 'key.json': json });
  expect(asset).toHaveProperty('credentials', { kind: 'service_account', json });
});

test('a secret may stand in an environment variable', ({ onTestFinished }) => {
  process.env.A_TEST_KEY = 'k3y';
  onTestFinished(() => {
    delete process.env.A_TEST_KEY;
  });
  expect(load(`${blob}credentials:\n  account_key: \${env:A_TEST_KEY}\n`).asset).toHaveProperty('credentials.accountKey', 'k3y');
  expect(mistakesOf(`${blob}credentials:\n  account_key: \${env:NO_SUCH_KEY}\n`)).toEqual([
    '6:16: The environment variable NO_SUCH_KEY is not set. Set it and create the datastore again.',
  ]);
});

test.each([
  ['name: x\ntype: azure_bolb\n', ['2:7: Expected one of', 'Did you mean azure_blob?']],
  ['name: x\ntype: azure_data_lake_gen1\nstore_name: s\n', ['2:7: Azure Data Lake Storage Gen1 was shut down']],
  [
    'name: b\ntype: azure_blob\nacount_name: a\nprotocol: ftp\n',
    ['3:1: Unknown key "acount_name"', '4:11: Expected https', '"container_name" is required'],
  ],
  [`${blob}credentials: {account_key: k, sas_token: s}\n`, ['5:31: account_key and sas_token are two ways to get access']],
  [`${blob}credentials: {tenant_id: t, client_id: c}\n`, ['"client_secret" is required']],
  [`${blob}credentials: {tenant_id: t, client_id: c, thumbprint: x}\n`, ['Certificates of service principals are not read here']],
  [
    'name: s\ntype: s3\nbucket: b\nendpoint: minio:9000\ncredentials: {access_key_id: a}\n',
    ['4:11: Expected the address of a server', '"secret_access_key" is required'],
  ],
  ['name: f\ntype: azure_file\naccount_name: a\nfile_share_name: s\n', ['"path" is missing', 'Mount it']],
  [
    'name: g\ntype: gcs\nbucket: b\ncredentials: {service_account_file: ./nowhere.json}\n',
    ['The key file of the service account cannot be read'],
  ],
])('is told with its place: %s', (text, parts) => {
  const told = mistakesOf(text).join('\n');
  for (const part of parts) expect(told).toContain(part);
});

test.each([
  `${blob}credentials: hunter2\n`,
  `${blob}credentials: {account_key: [hunter2]}\n`,
  `${blob}credentials: {account_key: {hunter2: 1}}\n`,
])('what stands where a secret belongs is not shown: %s', (text) => {
  const told = mistakesOf(text);
  expect(told).toHaveLength(1);
  expect(told.join()).not.toContain('hunter2');
});
