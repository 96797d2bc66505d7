import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  CondaDependencies,
  Environment,
  ParallelRunConfig,
  type ParallelRunConfigOptions,
  PipelineParameter,
  Workspace,
} from '../../../src/authoring/v1/index.ts';
import { temporaryFolder } from '../../support/folder.ts';

const environment = new Environment('scoring');
const required: ParallelRunConfigOptions = {
  environment,
  entryScript: 'score.py',
  errorThreshold: 10,
  outputAction: 'append_row',
  computeTarget: 'cpu-cluster',
  nodeCount: 2,
};

describe('ParallelRunConfig', () => {
  it('has the documented defaults', () => {
    const config = new ParallelRunConfig(required);
    expect([config.loggingLevel, config.runInvocationTimeout, config.runMaxTry, config.environmentVariables]).toEqual(['INFO', 60, 3, {}]);
    expect(new ParallelRunConfig({ ...required, outputAction: 'Summary_Only' }).appendsRows).toBe(false);
  });

  it.each<[string, Partial<Record<keyof ParallelRunConfigOptions, unknown>>, RegExp]>([
    ['no environment', { environment: undefined }, /environment must be an Environment, found nothing/],
    ['an environment of another kind', { environment: 'scoring' }, /environment must be an Environment, found "scoring"/],
    ['no error threshold', { errorThreshold: undefined }, /errorThreshold must be an integer from -1 on, found nothing/],
    ['a fraction of errors', { errorThreshold: 1.5 }, /errorThreshold must be an integer/],
    ['an error threshold below -1', { errorThreshold: -2 }, /errorThreshold must be an integer from -1 on, found -2/],
    ['an allowed count below -1', { allowedFailedCount: -2 }, /allowedFailedCount must be/],
    ['more than all', { allowedFailedPercent: 101 }, /allowedFailedPercent must be a number from 0 to 100, found 101/],
    ['text for percent', { allowedFailedPercent: '10' }, /allowedFailedPercent must be/],
    ['an unknown output action', { outputAction: 'append' }, /outputAction must be append_row or summary_only, found "append"/],
    ['a size of another unit', { miniBatchSize: '10xb' }, /miniBatchSize must be a number of files, or for a table a size/],
    ['a size with a space', { miniBatchSize: '10 kb' }, /miniBatchSize must be/],
    ['no tries', { runMaxTry: 0 }, /runMaxTry must be an integer from 1 on, found 0/],
    ['no time', { runInvocationTimeout: 0 }, /runInvocationTimeout must be/],
    ['no processes', { processCountPerNode: 0 }, /processCountPerNode must be an integer from 1 on, found 0/],
    ['no nodes', { nodeCount: 0 }, /nodeCount must be/],
    ['a level of logging that is not there', { loggingLevel: 'ERROR' }, /loggingLevel must be one of DEBUG, INFO, WARNING/],
    ['a path as file name', { appendRowFileName: 'a/b.txt' }, /appendRowFileName must be a file name without any of/],
    ['keys that are no list', { partitionKeys: 'Store' }, /partitionKeys must be a list of texts/],
    ['keys and a size', { partitionKeys: ['Store'], miniBatchSize: '5' }, /only one can be used/],
    ['a wrong default of a parameter', { nodeCount: new PipelineParameter({ name: 'n', defaultValue: 0 }) }, /nodeCount must be/],
    [
      'keys whose parameter is no JSON',
      { partitionKeys: new PipelineParameter({ name: 'k', defaultValue: 'Store' }) },
      /the JSON text of a list/,
    ],
    [
      'a parameter where none is allowed',
      { errorThreshold: new PipelineParameter({ name: 'e', defaultValue: 1 }) },
      /cannot be a pipeline parameter/,
    ],
  ])('refuses %s', (_name, wrong, message) => {
    expect(() => new ParallelRunConfig({ ...required, ...wrong } as ParallelRunConfigOptions)).toThrow(message);
  });

  it('tells everything that is wrong at once', () => {
    expect(() => new ParallelRunConfig({ ...required, errorThreshold: -5, runMaxTry: -1 })).toThrow(/errorThreshold.*\n.*runMaxTry/);
  });

  it('is written under one key and read back as the same', () => {
    const folder = temporaryFolder();
    const full = new Environment('full');
    full.version = '3';
    full.docker.baseImage = 'image';
    full.python.condaDependencies = CondaDependencies.create({ condaPackages: ['numpy'], pipPackages: ['pandas'], pythonVersion: '3.11' });
    const config = new ParallelRunConfig({
      ...required,
      environment: full,
      miniBatchSize: new PipelineParameter({ name: 'size', defaultValue: '5' }),
      nodeCount: new PipelineParameter({ name: 'nodes', defaultValue: 2 }),
      processCountPerNode: 3,
      sourceDirectory: 'scripts',
      description: 'scores',
      allowedFailedCount: 15,
      allowedFailedPercent: 10,
      appendRowFileName: 'rows.txt',
      environmentVariables: { A: '1' },
    });
    config.saveToYaml(`${folder}/config.yml`);
    const file = parse(readFileSync(`${folder}/config.yml`, 'utf8'));
    expect(Object.keys(file)).toEqual(['parallel_run_config']);
    expect(file.parallel_run_config).toMatchObject({
      mini_batch_size: '5',
      partition_keys: null,
      error_threshold: 10,
      allowed_failed_count: 15,
      allowed_failed_percent: 10,
      output_action: 'append_row',
      logging_level: 'INFO',
      compute_target_name: 'cpu-cluster',
      node_count: 2,
      process_count_per_node: 3,
      entry_script: 'score.py',
      source_directory: 'scripts',
      description: 'scores',
      run_invocation_timeout: 60,
      run_max_try: 3,
      append_row_file_name: 'rows.txt',
      environment: {
        name: 'full',
        version: '3',
        docker: { baseImage: 'image' },
        python: { condaDependencies: { dependencies: ['python=3.11', 'numpy', 'pip', { pip: ['pandas'] }] } },
      },
      environment_variables: { A: '1' },
    });
    const again = ParallelRunConfig.loadYaml(new Workspace({ home: folder }), `${folder}/config.yml`);
    again.saveToYaml(`${folder}/again.yml`);
    expect(readFileSync(`${folder}/again.yml`, 'utf8')).toBe(readFileSync(`${folder}/config.yml`, 'utf8'));
  });

  it('says what a file lacks', () => {
    const folder = temporaryFolder();
    const workspace = new Workspace({ home: folder });
    const load = (text: string) => () => {
      writeFileSync(`${folder}/c.yml`, text);
      return ParallelRunConfig.loadYaml(workspace, `${folder}/c.yml`);
    };
    expect(load('other: 1')).toThrow(/no key parallel_run_config/);
    expect(load('parallel_run_config: {environment: {name: e}, entry_script: s.py}')).toThrow(/the key error_threshold is required/);
    expect(load('parallel_run_config: {entry_script: s.py}')).toThrow(/the key environment is required/);
    expect(load('parallel_run_config: {environment: {name: e}, entry_script: s.py, error_threshold: many}')).toThrow(
      /error_threshold must be a number/,
    );
    expect(() => ParallelRunConfig.loadYaml(workspace, `${folder}/no.yml`)).toThrow(/no\.yml cannot be read/);
  });
});
