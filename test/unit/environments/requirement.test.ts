import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environmentKind } from '../../../src/environments/kind.ts';
import { findRequirement, requirements } from '../../../src/environments/requirement.ts';
import { environmentNotice, missingModuleHint } from '../../../src/environments/system.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'environment-'));
  const conda = `name: scoring
channels:
  - conda-forge
  - pytorch
dependencies:
  - python=3.11
  - conda-forge::scikit-learn>=1.5   # models
  - "pillow"
  - pip:
      - opencv-python-headless==4.10.0.84
      - azureml-defaults
      - Sentence_Transformers[train]~=3.0
      - -r more/requirements.txt
`;
  writeFileSync(join(folder, 'conda.yml'), conda);
  mkdirSync(join(folder, 'more'));
  writeFileSync(
    join(folder, 'more', 'requirements.txt'),
    '# pinned\nPyYAML==6.0.2 ; python_version > "3.8"\nlightgbm @ git+https://example.org/x\n-r requirements.txt\n',
  );
  mkdirSync(join(folder, 'context'));
  writeFileSync(join(folder, 'context', 'Dockerfile'), 'FROM python:3.12\nRUN pip install --no-cache-dir torch==2.5 xgboost\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the line that would have brought a module', () => {
  test.each([
    ['sklearn.linear_model', 'conda.yml', 7, 'conda-forge::scikit-learn>=1.5', 'scikit-learn'],
    ['PIL', 'conda.yml', 8, 'pillow', 'pillow'],
    ['cv2', 'conda.yml', 10, 'opencv-python-headless==4.10.0.84', 'opencv-python-headless'],
    ['azureml.core', 'conda.yml', 11, 'azureml-defaults', 'azureml-defaults'],
    ['sentence_transformers', 'conda.yml', 12, 'Sentence_Transformers[train]~=3.0', 'Sentence_Transformers'],
    ['yaml', 'more/requirements.txt', 2, 'PyYAML==6.0.2', 'PyYAML'],
    ['lightgbm', 'more/requirements.txt', 3, 'lightgbm @ git+https://example.org/x', 'lightgbm'],
  ])('%s', (module, file, line, text, packageName) => {
    expect(findRequirement({ condaFile: join(folder, 'conda.yml') }, module)).toEqual({
      file: join(folder, file),
      line,
      text,
      packageName,
    });
  });

  test('in a specification that stands in the job file', () => {
    const conda = { dependencies: ['python=3.11', { pip: ['scikit-learn==1.5'] }] };
    expect(findRequirement({ conda }, 'sklearn')).toEqual({ text: 'scikit-learn==1.5', packageName: 'scikit-learn' });
  });

  test('in the Dockerfile of a build context', () => {
    const found = findRequirement({ build: { path: join(folder, 'context') } }, 'xgboost');
    expect(found).toEqual({ file: join(folder, 'context', 'Dockerfile'), line: 2, text: 'xgboost', packageName: 'xgboost' });
  });

  test('the words of a Dockerfile are no packages but those that it installs', () => {
    const dockerfile = `# syntax=docker/dockerfile:1
FROM python:3.12 AS base
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update && apt-get install -y git
WORKDIR /inference
COPY requirements.txt .
RUN conda create -n scoring python=3.8 && \\
    # models
    pip install -r requirements.txt --extra-index-url https://x.example/simple \\
      "scikit-learn>=1.5" && rm -rf ~/.cache; echo install torch
CMD ["runsvdir", "/var/runit"]
`;
    const context = join(folder, 'words');
    mkdirSync(context);
    writeFileSync(join(context, 'other.dockerfile'), dockerfile);
    writeFileSync(join(context, 'requirements.txt'), 'lightgbm\n');
    const build = { path: context, dockerfilePath: 'other.dockerfile' };
    expect(requirements({ build }).map(({ packageName }) => packageName)).toEqual(['lightgbm', 'scikit-learn']);
    expect(findRequirement({ build }, 'sklearn')).toMatchObject({ line: 10, text: 'scikit-learn>=1.5' });
    expect(findRequirement({ build }, 'copy')).toBeUndefined();
  });

  test('none is invented', () => {
    expect(findRequirement({ condaFile: join(folder, 'conda.yml') }, 'helpers')).toBeUndefined();
    expect(findRequirement({ condaFile: join(folder, 'absent.yml') }, 'sklearn')).toBeUndefined();
    expect(findRequirement({ image: 'python:3.12' }, 'sklearn')).toBeUndefined();
    // A channel is no package.
    expect(findRequirement({ condaFile: join(folder, 'conda.yml') }, 'torch')).toBeUndefined();
    expect(findRequirement({ conda: { channels: ['pytorch'], dependencies: [] } }, 'torch')).toBeUndefined();
  });
});

test('the hint names the line, the interpreter and the command', () => {
  const hint = missingModuleHint({ condaFile: join(folder, 'conda.yml') }, '/opt/python3', 'sklearn');
  expect(hint).toContain(`${join(folder, 'conda.yml')}:7`);
  expect(hint).toContain('/opt/python3 -m pip install scikit-learn');
});

test('a module that comes along with a package: the hint names what is asked for', () => {
  const conda = { dependencies: ['python=3.11', 'pip', { pip: ['scikit-learn>=1.3', 'lightgbm'] }] };
  expect(missingModuleHint({ conda }, '/opt/python3', 'numpy')).toMatch(/no module numpy.*asks for.*: scikit-learn lightgbm\. /);
  expect(missingModuleHint(undefined, '/opt/python3', 'numpy')).toMatch(/no module numpy.*PARALLELRUN_PYTHON/);
});

test('the notice names the interpreter and what was declared', () => {
  const interpreter = { python: '/opt/python3', version: '3.12' };
  const notice = environmentNotice({ reference: 'azureml:scoring@latest' }, interpreter);
  expect(notice).toMatch(/\/opt\/python3 \(Python 3\.12\).*azureml:scoring@latest.*not made/);
});

test('environments are made unless the system is asked for', () => {
  expect(environmentKind(undefined)).toBe('venv');
  expect(environmentKind('system')).toBe('system');
  expect(() => environmentKind('docker')).toThrow(/PARALLELRUN_ENVIRONMENT is "docker".*"venv".*"system"/);
});
