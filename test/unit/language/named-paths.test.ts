import { expect, test } from 'vitest';
import { tellableAddress } from '../../../src/language/address-secrets.ts';
import { bareName, parsePath } from '../../../src/language/named-paths.ts';

const workspace = 'subscriptions/1/resourceGroups/2/providers/P/workspaces/3';

test.each([
  ['./a/b', { kind: 'local', path: './a/b' }],
  ['/a', { kind: 'local', path: '/a' }],
  ['../a', { kind: 'local', path: '../a' }],
  ['a:b', { kind: 'local', path: 'a:b' }],
  ['azureml:./a', { kind: 'local', path: './a' }],
  ['azureml:/a/b', { kind: 'local', path: '/a/b' }],
  ['file:./a', { kind: 'local', path: './a' }],
  ['file:///a%20b', { kind: 'local', path: '/a b' }],
  ['azureml:iris', { kind: 'asset', name: 'iris' }],
  ['azureml:iris:3', { kind: 'asset', name: 'iris', which: { version: '3' } }],
  ['azureml:iris@latest', { kind: 'asset', name: 'iris', which: { label: 'latest' } }],
  ['azureml:AzureML-sklearn-0.24-ubuntu18.04:1.0', { kind: 'asset', name: 'AzureML-sklearn-0.24-ubuntu18.04', which: { version: '1.0' } }],
  [`azureml://${workspace}/data/iris/versions/1`, { kind: 'asset', name: 'iris', which: { version: '1' } }],
  [`azureml:/${workspace}/models/m/labels/latest`, { kind: 'asset', name: 'm', which: { label: 'latest' } }],
  ['azureml://datastores/store/paths/a/b', { kind: 'datastore', datastore: 'store', path: 'a/b' }],
  ['azureml://datastores/store/paths/', { kind: 'datastore', datastore: 'store', path: '' }],
  [`azureml://${workspace}/datastores/store/paths/x`, { kind: 'datastore', datastore: 'store', path: 'x' }],
  ['https://x.example/a', { kind: 'web', url: 'https://x.example/a' }],
  ['azureml://registries/r/environments/e/versions/1', { kind: 'asset', name: 'e', which: { version: '1' } }],
  ['azureml://registries/r/components/c/labels/latest', { kind: 'asset', name: 'c', which: { label: 'latest' } }],
  ['azureml://registries/r/components/c', { kind: 'asset', name: 'c' }],
  ['azureml://registries/r/c', { kind: 'cloud', scheme: 'azureml', url: 'azureml://registries/r/c' }],
  ['azureml://jobs/j/outputs/o/paths/a/b', { kind: 'job_output', job: 'j', output: 'o', path: 'a/b' }],
  [`azureml://${workspace}/jobs/j.s/outputs/o`, { kind: 'job_output', job: 'j.s', output: 'o', path: '' }],
  ['abfss://c@a.example/x', { kind: 'cloud', scheme: 'abfss', url: 'abfss://c@a.example/x' }],
  ['runs:/1/model/a', { kind: 'job_output', job: '1', output: 'artifacts', path: 'model/a' }],
  ['runs:/1', { kind: 'job_output', job: '1', output: 'artifacts', path: '' }],
])('%s', (text, expected) => {
  expect(parsePath(text)).toEqual(expected);
});

test.each([
  ['gopher://x', 'unknown-scheme'],
  ['azureml://datastores/store/paths/../x', 'path-climbs'],
  ['azureml:a:b:c', 'invalid-reference'],
  ['runs:/', 'invalid-reference'],
  ['runs:/1/../x', 'path-climbs'],
  ['azureml://jobs/j/outputs/o/paths/../x', 'path-climbs'],
  ['azureml:a@b:1', 'invalid-reference'],
  ['azureml:', 'invalid-reference'],
  ['a\0b', 'invalid-path'],
  ['file://host/x', 'invalid-path'],
])('%j is refused', (text, code) => {
  expect(parsePath(text)).toMatchObject({ kind: 'invalid', code });
});

test('what a message shows of a URI holds no secret', () => {
  expect(tellableAddress('https://me:pw@x.example/a?sig=S3CRET')).toBe('https://x.example/a?…');
  expect(JSON.stringify(parsePath('https://x.example/../a?sig=S3CRET'))).not.toContain('S3CRET');
});

test('computes and datastores are named with the prefix or without', () => {
  expect(['azureml:cpu', 'cpu'].map(bareName)).toEqual(['cpu', 'cpu']);
});
