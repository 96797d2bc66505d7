import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  command,
  Environment,
  Input,
  loadJob,
  Output,
  ParallelJob,
  PyTorchDistribution,
  parallelRunFunction,
  RequestError,
  RunFunction,
} from '../../../src/authoring/v2/index.ts';
import { parseMiniBatchSize } from '../../../src/language/mini-batch-size.ts';
import { type Project, project } from './project.ts';

function scoring(box: Project) {
  return parallelRunFunction({
    name: 'score',
    displayName: 'Score',
    inputs: { table: new Input({ type: 'uri_folder', path: box.data }), model: new Input({ type: 'uri_folder' }) },
    outputs: { rows: new Output({ type: 'uri_file' }) },
    inputData: '${{inputs.table}}',
    maxConcurrencyPerInstance: 2,
    instanceCount: 3,
    miniBatchSize: '4',
    miniBatchErrorThreshold: 5,
    errorThreshold: 6,
    loggingLevel: 'DEBUG',
    retrySettings: { maxRetries: 1, timeout: 7 },
    environmentVariables: { camelCase: 'kept' },
    identity: { type: 'managed', clientId: 'c' },
    shmSize: '2g',
    task: new RunFunction({
      code: box.code,
      entryScript: 'score.py',
      environment: new Environment({ image: 'i', condaFile: box.path('src', 'env.yml') }),
      programArguments: '--model ${{inputs.model}}',
      appendRowTo: '${{outputs.rows}}',
    }),
  });
}

describe('parallelRunFunction', () => {
  it('becomes the step that YAML would', () => {
    const box = project();
    const { step } = scoring(box).spec;
    expect(step).toMatchObject({
      type: 'parallel',
      displayName: 'Score',
      component: { name: 'score', isDeterministic: true },
      environmentVariables: { camelCase: 'kept' },
      resources: { instanceCount: 3, shmSize: '2g' },
      cloudOnly: { identity: { type: 'managed', client_id: 'c' } },
      task: {
        code: { path: box.code },
        entryScript: 'score.py',
        appendRowTo: 'rows',
        environment: { image: 'i', conda: { dependencies: ['python'] } },
      },
      settings: {
        inputData: ['table'],
        miniBatchSize: parseMiniBatchSize('4'),
        errorThreshold: 6,
        miniBatchErrorThreshold: 5,
        maxRetries: 1,
        timeout: 7,
        maxConcurrencyPerInstance: 2,
        loggingLevel: 'DEBUG',
      },
    });
  });

  it('takes every parameter of the Python function', () => {
    const box = project();
    const { steps } = parallelRunFunction({
      name: 'all',
      description: 'd',
      tags: { t: '1' },
      properties: { p: '2' },
      displayName: 'All',
      experimentName: 'exp',
      compute: 'azureml:cpu',
      partitionKeys: ['brand'],
      inputs: { table: { type: 'mltable', path: box.data } },
      outputs: {},
      inputData: '${{inputs.table}}',
      instanceCount: 2,
      instanceType: 'STANDARD_D2',
      dockerArgs: '--ipc host',
      shmSize: '1g',
      identity: { type: 'aml_token' },
      isDeterministic: true,
      task: { code: box.code, entryScript: 'score.py' },
    })().spec;
    expect(steps.main).toMatchObject({
      description: 'd',
      tags: { t: '1' },
      properties: { p: '2' },
      displayName: 'All',
      compute: 'cpu',
      resources: { instanceCount: 2, instanceType: 'STANDARD_D2', dockerArgs: '--ipc host', shmSize: '1g' },
      settings: { partitionKeys: ['brand'] },
      cloudOnly: { identity: { type: 'aml_token' } },
    });
    expect(steps.main?.type === 'parallel' && steps.main.task.appendRowTo).toBeUndefined();
  });

  it('is a job when it is called outside of a pipeline, with the values that it was declared with', () => {
    const box = project();
    const { spec } = scoring(box)(
      { model: box.model },
      { name: 'tonight', miniBatchSize: 9, outputs: { rows: { path: box.path('out.csv') } } },
    );
    expect(spec).toMatchObject({
      name: 'tonight',
      standalone: true,
      steps: { main: { settings: { miniBatchSize: parseMiniBatchSize('9') } } },
    });
    expect(spec.steps.main?.inputs).toEqual({
      table: { kind: 'data', type: 'uri_folder', path: box.data },
      model: { kind: 'data', type: 'uri_folder', path: box.model },
    });
    expect(spec.steps.main?.outputs.rows).toMatchObject({ path: box.path('out.csv'), type: 'uri_file' });
  });

  it('is never taken from an earlier job when it is not deterministic', () => {
    const box = project();
    const fresh = command({ name: 'now', command: 'date', isDeterministic: false });
    expect(fresh().spec.steps.main?.component.isDeterministic).toBe(false);
    fresh().dump(box.path('job.yml'));
    expect(loadJob(box.path('job.yml')).spec.steps.main?.component.isDeterministic).toBe(false);
  });

  it('tells everything that is wrong at once', () => {
    const make = () =>
      parallelRunFunction({ miniBatchSize: '10 kb', errorThreshold: -2, task: { entryScript: 'no.py' }, instanceCount: 0 });
    expect(make).toThrow(RequestError);
    const problems = problemsOf(make).map(({ path }) => path);
    expect(problems).toEqual(expect.arrayContaining(['miniBatchSize', 'errorThreshold', 'task.entryScript', 'instanceCount', 'inputData']));
  });
});

describe('command', () => {
  it('carries its distribution, limits and services', () => {
    const train = command({
      command: 'python train.py --rate ${{inputs.rate}}',
      inputs: { rate: 0.5 },
      distribution: new PyTorchDistribution({ processCountPerInstance: 2 }),
      instanceCount: 2,
      timeout: 60,
      services: { board: { type: 'tensor_board', logDir: 'logs' } },
    });
    expect(train().spec.steps.main).toMatchObject({
      type: 'command',
      distribution: { type: 'pytorch', processCountPerInstance: 2 },
      resources: { instanceCount: 2 },
      timeout: 60,
      inputs: { rate: { kind: 'literal', value: 0.5 } },
    });
  });

  it('refuses what belongs to the other kind of work', () => {
    expect(() => command({ command: 'date', miniBatchSize: '5' } as never)).toThrow(/miniBatchSize: Unknown key "miniBatchSize"/);
  });
});

describe('ParallelJob', () => {
  const options = (box: Project) => ({
    inputs: { data: new Input({ path: box.data }) },
    outputs: { rows: { type: 'uri_file' as const } },
    inputData: '${{inputs.data}}',
    task: { type: 'run_function' as const, code: box.code, entryScript: 'score.py', appendRowTo: '${{outputs.rows}}' },
  });

  it('says the same as the file with the same keys', () => {
    const box = project();
    const job = new ParallelJob({ name: 'j', ...options(box), miniBatchSize: 3 });
    const file = box.path('job.yml');
    writeFileSync(
      file,
      stringify({
        type: 'parallel',
        name: 'j',
        inputs: { data: { path: './in' } },
        outputs: { rows: { type: 'uri_file' } },
        input_data: '${{inputs.data}}',
        mini_batch_size: 3,
        task: { type: 'run_function', code: './src', entry_script: 'score.py', append_row_to: '${{outputs.rows}}' },
      }),
    );
    expect(withoutSource(job.spec)).toEqual(withoutSource(loadJob(file).spec));
  });

  it.each([
    ['retrySettings', { retrySettings: { timeout: 0 } }, { retry_settings: { timeout: 0 } }],
    ['miniBatchSize', { miniBatchSize: '5tb' }, { mini_batch_size: '5tb' }],
    ['loggingLevel', { loggingLevel: 'ERROR' }, { logging_level: 'ERROR' }],
    ['inputData', { inputData: '${{inputs.dat}}' }, { input_data: '${{inputs.dat}}' }],
  ])('gives the message of YAML, in its own names, for a wrong %s', (key, wrong, wrongInYaml) => {
    const box = project();
    const file = box.path('job.yml');
    writeFileSync(
      file,
      stringify({
        type: 'parallel',
        inputs: { data: { path: './in' } },
        outputs: { rows: { type: 'uri_file' } },
        input_data: '${{inputs.data}}',
        task: { type: 'run_function', code: './src', entry_script: 'score.py', append_row_to: '${{outputs.rows}}' },
        ...wrongInYaml,
      }),
    );
    const inFile = problemsOf(() => loadJob(file));
    const inProgram = problemsOf(() => new ParallelJob({ ...options(box), ...wrong } as never));
    expect(inProgram.length).toBeGreaterThan(0);
    expect(inProgram.map(({ message }) => message)).toEqual(inFile.map(({ message }) => message));
    expect(inProgram[0]?.path).toMatch(new RegExp(`^${key}`));
    expect(inProgram[0]?.path?.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).toBe(inFile[0]?.path);
  });
});

function problemsOf(work: () => unknown): RequestError['problems'] {
  try {
    work();
  } catch (error) {
    if (error instanceof RequestError) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

function withoutSource(spec: unknown): unknown {
  return JSON.parse(JSON.stringify(spec, (key, value: unknown) => (key === 'source' ? undefined : value)));
}
