import { expect, test } from 'vitest';
import { objectAddress } from '../../../../src/pipeline/bind/object-address.ts';

const blobs = { kind: 'azure_blob', account: 'acct', container: 'c' };

test.each([
  ['s3://bucket', { kind: 's3', bucket: 'bucket' }, ''],
  ['s3://bucket/a b/%41/?#/', { kind: 's3', bucket: 'bucket' }, 'a b/%41/?#'],
  ['gs://bucket/a b/%41/?#/', { kind: 'gcs', bucket: 'bucket' }, 'a b/%41/?#'],
  ['wasbs://c@acct.blob.core.windows.net/x/y.csv', blobs, 'x/y.csv'],
  ['abfss://c@acct.dfs.core.windows.net/x/', blobs, 'x'],
  ['https://acct.blob.core.windows.net/c/a%20b.csv', blobs, 'a b.csv'],
  ['https://acct.blob.core.windows.net/c', blobs, ''],
  ['wasbs://c@acct.blob.core.chinacloudapi.cn/x', { ...blobs, endpoint: 'https://acct.blob.core.chinacloudapi.cn' }, 'x'],
])('%s', (address, place, path) => {
  expect(objectAddress(address)).toEqual({ address, place, path });
});

test('a signature is kept apart from what may be told', () => {
  const found = objectAddress('https://acct.blob.core.windows.net/c/x?sv=2021&sig=secret%2B');
  expect(found?.access?.()).toEqual({ store: 'azure_blob', access: { kind: 'signature', query: 'sv=2021&sig=secret%2B' } });
  expect(JSON.stringify(found)).not.toContain('secret');
});

test.each([
  'https://example.com/c/x',
  'https://acct.blob.core.windows.net/',
  'https://acct.blob.core.windows.net/c/x?snapshot=1',
  'https://core.windows.net.evil.com/c/x',
  'https://acct.blob.core.windows.net.evil.com/c/x',
  'wasbs://c@evil.com/x',
  'wasbs://acct.blob.core.windows.net/x',
  's3:///x',
  'gs:///x',
])('is for somebody else: %s', (address) => {
  expect(objectAddress(address)).toBeUndefined();
});
