import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadAsset } from '../../../src/language/assets.ts';
import { folderWith, mistakesOf } from '../../support/job-files.ts';

const FILES = { 'table.csv': 'a\n1\n', 'in/1.txt': '1\n', 'env.yml': 'dependencies: [python]\n' };

test('a data asset has the type that its path has', () => {
  const folder = folderWith({ ...FILES, 'data.yml': 'name: d\nversion: 1.0\ndescription: x\ntags: { a: b }\npath: ./table.csv\n' });
  expect(loadAsset('data', { file: join(folder, 'data.yml'), overrides: [] })).toEqual({
    kind: 'data',
    type: 'uri_file',
    path: join(folder, 'table.csv'),
    name: 'd',
    version: '1.0',
    description: 'x',
    tags: { a: 'b' },
  });
});

test('overrides come over the file', () => {
  const folder = folderWith({ ...FILES, 'data.yml': 'name: d\npath: ./in\n' });
  expect(loadAsset('data', { file: join(folder, 'data.yml'), overrides: ['name=e', 'type=mltable'] })).toMatchObject({
    name: 'e',
    type: 'mltable',
  });
});

test('an environment is read with its conda file', () => {
  const folder = folderWith({ ...FILES, 'e.yml': 'name: e\nimage: i\nconda_file: ./env.yml\n' });
  expect(loadAsset('environment', { file: join(folder, 'e.yml'), overrides: [] })).toMatchObject({
    environment: { image: 'i', conda: { dependencies: ['python'] }, condaFile: join(folder, 'env.yml') },
  });
});

test.each<['data' | 'model' | 'environment' | 'datastore', string, string]>([
  ['data', 'name: d\n', '1:1 path: The key "path" is required'],
  ['data', 'name: d\npath: ./nowhere\n', '2:7 path: There is nothing at'],
  ['data', 'name: d\ntype: uri_file\npath: ./in\n', 'The type is uri_file, and'],
  ['data', 'name: d\ntype: uri_folder\npath: ./table.csv\n', 'is a file'],
  ['data', 'name: d\npath: azureml:x:1\n', 'found the registered asset'],
  ['data', 'name: d\npath: ./in\nauto: 1\n', '3:1 auto: Unknown key'],
  ['model', 'name: m\ntype: mlflow\npath: ./in\n', 'type: Expected one of'],
  ['environment', 'name: e\n', 'needs an image, a conda_file or a build folder'],
  ['environment', 'name: e\nimage: i\nconda_file: ./nowhere.yml\n', 'does not exist'],
  ['datastore', 'name: s\ntype: azure_data_lake_gen1\nstore_name: x\n', 'Gen1 was shut down in 2024'],
])('%s: %j is refused', async (kind, text, message) => {
  const folder = folderWith({ ...FILES, 'asset.yml': text });
  const mistakes = await mistakesOf(() => loadAsset(kind, { file: join(folder, 'asset.yml'), overrides: [] }));
  expect(mistakes).toEqual([expect.stringContaining(message)]);
});
