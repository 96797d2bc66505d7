import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { condaRequirement, type PythonRange } from '../../../../src/environments/venv/conda.ts';
import { choosePython } from '../../../../src/environments/venv/pythons.ts';
import { recipeOf, withPackages } from '../../../../src/environments/venv/recipe.ts';
import { temporaryFolder } from '../../../support/folder.ts';

test('a conda file becomes lines of requirements, each with its place', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'conda.yml');
  const text = `name: x
channels: [conda-forge, numpy] # a channel may have a package's name
dependencies:
  - python=3.10
  - numpy=1.26
  - cudatoolkit=11.3
  - pip:
      - mlflow==2.9 # pinned
      - -r more/requirements.txt
      - --extra-index-url https://example.org/simple
`;
  writeFileSync(file, text);
  const recipe = recipeOf({ conda: parse(text), condaFile: file });
  expect(recipe).toEqual({
    python: {
      range: { version: '3.10', bounds: [{ is: '=', minor: 10, exact: false }] },
      from: { text: 'python=3.10', place: `${file}:4` },
    },
    wishes: [
      { line: 'numpy==1.26.*', from: { text: 'numpy=1.26', place: `${file}:5` } },
      { line: 'mlflow==2.9', from: { text: 'mlflow==2.9', place: `${file}:8` } },
      { line: `-r ${join(folder, 'more/requirements.txt')}`, from: { text: '-r more/requirements.txt', place: `${file}:9` } },
      {
        line: '--extra-index-url https://example.org/simple',
        from: { text: '--extra-index-url https://example.org/simple', place: `${file}:10` },
      },
    ],
    leftOut: [{ from: { text: 'cudatoolkit=11.3', place: `${file}:6` }, why: expect.stringContaining('part of the system') }],
  });
});

test('an image alone declares no packages; a Dockerfile those that it installs', () => {
  expect(recipeOf(undefined)).toBeUndefined();
  expect(recipeOf({ image: 'some/image' })).toBeUndefined();
  expect(recipeOf({ reference: 'azureml://registries/azureml/environments/x/versions/1' })).toBeUndefined();
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'Dockerfile'), 'FROM x\nRUN pip install pandas==2.2 \\\n  pyarrow && apt-get install -y git\n');
  expect(recipeOf({ build: { path: folder } })?.wishes.map(({ line }) => line)).toEqual(['pandas==2.2', 'pyarrow']);
});

test('what the engine needs is added where it was not asked for', () => {
  const recipe = { wishes: [{ line: 'Pandas==1.1.5', from: { text: 'Pandas==1.1.5' } }], leftOut: [] };
  expect(withPackages(recipe, ['pandas', 'pyarrow'], 'to read tables').wishes.map(({ line }) => line)).toEqual([
    'Pandas==1.1.5',
    'pyarrow',
  ]);
});

function rangeOf(text: string): PythonRange {
  const found = condaRequirement(`python${text}`);
  if (found.kind !== 'python' || found.range === undefined) throw new Error(text);
  return found.range;
}

test.each([
  ['=3.10', ['3.11.7', '3.10.2'], 'fits', '3.10.2'],
  ['>=3.9', ['3.11.7', '3.9.2'], 'fits', '3.11.7'],
  ['>=3.8,<3.11', ['3.11.7', '3.9.2'], 'fits', '3.9.2'],
  ['>3.10', ['3.10.2', '3.12.1'], 'fits', '3.12.1'],
  ['>=3.8,!=3.11', ['3.11.7', '3.12.1'], 'fits', '3.12.1'],
  ['=3.10', ['3.11.7', '3.8.1'], 'nearest', '3.11.7'],
  ['=3.10', ['3.9.1', '3.11.7'], 'nearest', '3.11.7'],
  ['=3.6', ['3.6.9', '3.7.3', '3.8.1'], 'nearest', '3.7.3'],
  ['=2.7', ['3.11.7'], 'nearest', '3.11.7'],
])('python%s of %j: %s, %s', (text, versions, kind, version) => {
  const found = versions.map((each) => ({ python: `/python${each}`, version: each }));
  expect(choosePython(found, rangeOf(text))).toEqual({ kind, interpreter: { python: `/python${version}`, version } });
});

test('a Python that workers cannot run with is none', () => {
  expect(choosePython([{ python: '/p', version: '3.6.9' }], rangeOf('=3.6'))).toEqual({ kind: 'none' });
});
