import { describe, expect, test } from 'vitest';
import { parseDataPath } from '../../../src/data/uris.ts';

describe('data paths', () => {
  test.each([
    ['./a/b', { kind: 'local', path: './a/b' }],
    ['/a', { kind: 'local', path: '/a' }],
    ['azureml:./a', { kind: 'local', path: './a' }],
    ['azureml:/a/b', { kind: 'local', path: '/a/b' }],
    ['file:///a%20b', { kind: 'local', path: '/a b' }],
    ['azureml:iris', { kind: 'asset', name: 'iris' }],
    ['azureml:iris:3', { kind: 'asset', name: 'iris', version: '3' }],
    ['azureml:iris@latest', { kind: 'asset', name: 'iris', label: 'latest' }],
    ['azureml://datastores/store/paths/a/b', { kind: 'datastore', datastore: 'store', path: 'a/b' }],
    ['azureml://datastores/store/paths/', { kind: 'datastore', datastore: 'store', path: '' }],
    [
      'azureml://subscriptions/1/resourcegroups/2/workspaces/3/datastores/store/paths/x',
      { kind: 'datastore', datastore: 'store', path: 'x' },
    ],
    [
      'azureml://subscriptions/1/resourceGroups/2/providers/P/workspaces/3/data/iris/versions/1',
      { kind: 'asset', name: 'iris', version: '1' },
    ],
  ])('%s', (text, expected) => {
    expect(parseDataPath(text)).toEqual(expected);
  });

  test.each([
    ['https://x.example/a?sig=S3CRET', /^Data behind https:\/\/ cannot be read/],
    ['abfss://c@a.example/x', /^Data behind abfss:/],
    ['wasbs://c@a.example/x', /^Data behind wasbs:/],
    ['gopher://x', /^The scheme gopher:/],
    ['azureml://datastores/store/paths/../x', /climbs out/],
    ['azureml://nonsense', /cannot be understood/],
    ['azureml:a:b:c', /cannot be understood/],
  ])('%s is refused', (text, message) => {
    const found = parseDataPath(text);
    expect(found).toMatchObject({ kind: 'invalid', message: expect.stringMatching(message) });
    expect(JSON.stringify(found)).not.toContain('S3CRET');
  });
});
