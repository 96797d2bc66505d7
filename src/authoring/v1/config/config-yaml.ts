/** The settings of a parallel step in a YAML file, under the one key `parallel_run_config`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { messageOf } from '../../../errors/thrown.ts';
import { defaultOf, PipelineParameter } from '../data/pipeline-parameter.ts';
import { invalid } from '../invalid.ts';
import type { Workspace } from '../workspace.ts';
import { computeName } from './compute-target.ts';
import { parsedKeys } from './config-rules.ts';
import { type Environment, registeredEnvironment } from './environment.ts';
import { environmentFromFolder, environmentFromYaml, environmentToYaml } from './environment-yaml.ts';
import type { ParallelRunConfigOptions, ParallelRunSettings } from './parallel-run-options.ts';

export function writeConfig(config: ParallelRunSettings, path: string): void {
  const { partitionKeys, miniBatchSize, processCountPerNode } = config;
  const settings = {
    mini_batch_size: (miniBatchSize instanceof PipelineParameter ? miniBatchSize.defaultValue : miniBatchSize) ?? null,
    partition_keys: (partitionKeys instanceof PipelineParameter ? parsedKeys(partitionKeys.defaultValue) : partitionKeys) ?? null,
    error_threshold: config.errorThreshold,
    allowed_failed_count: config.allowedFailedCount ?? null,
    allowed_failed_percent: config.allowedFailedPercent ?? null,
    output_action: config.outputAction,
    logging_level: defaultOf(config.loggingLevel),
    compute_target_name: computeName(config.computeTarget),
    node_count: defaultOf(config.nodeCount),
    process_count_per_node: processCountPerNode === undefined ? null : defaultOf(processCountPerNode),
    entry_script: config.entryScript,
    source_directory: config.sourceDirectory ?? null,
    description: config.description ?? null,
    run_invocation_timeout: defaultOf(config.runInvocationTimeout),
    run_max_try: defaultOf(config.runMaxTry),
    append_row_file_name: config.appendRowFileName ?? null,
    environment: environmentToYaml(config.environment),
    environment_variables: config.environmentVariables,
  };
  writeFileSync(path, stringify({ parallel_run_config: settings }, { lineWidth: 0 }));
}

/** `path`: of the file. */
export function readConfig(_workspace: Workspace, path: string): ParallelRunConfigOptions {
  const settings = settingsIn(path);
  const text = (key: string): string | undefined =>
    settings[key] === null || settings[key] === undefined ? undefined : String(settings[key]);
  const number = (key: string): number | undefined => {
    const value = settings[key];
    if (value === null || value === undefined) return undefined;
    if (typeof value !== 'number') throw invalid(key, `${path}: ${key} must be a number, found ${JSON.stringify(value)}.`);
    return value;
  };
  const required = <T>(key: string, value: T | undefined): T => {
    if (value === undefined) throw invalid(key, `${path}: the key ${key} is required under parallel_run_config.`);
    return value;
  };
  const { partition_keys: keys, environment_variables: variables } = settings;
  return {
    environment: environmentIn(settings, path),
    entryScript: required('entry_script', text('entry_script')),
    errorThreshold: required('error_threshold', number('error_threshold')),
    outputAction: required('output_action', text('output_action')),
    computeTarget: required('compute_target_name', text('compute_target_name')),
    nodeCount: required('node_count', number('node_count')),
    processCountPerNode: number('process_count_per_node'),
    miniBatchSize: text('mini_batch_size'),
    // What is no list is told by the config itself.
    partitionKeys: keys === null ? undefined : (keys as readonly string[] | undefined),
    sourceDirectory: text('source_directory'),
    description: text('description'),
    loggingLevel: text('logging_level'),
    runInvocationTimeout: number('run_invocation_timeout'),
    runMaxTry: number('run_max_try'),
    appendRowFileName: text('append_row_file_name'),
    allowedFailedCount: number('allowed_failed_count'),
    allowedFailedPercent: number('allowed_failed_percent'),
    environmentVariables: variables === null ? undefined : (variables as Readonly<Record<string, string>> | undefined),
  };
}

/** In the file itself, in one that it names (from where it stands, or from the working directory), or by an older key. */
function environmentIn(settings: Readonly<Record<string, unknown>>, path: string): Environment {
  const { environment, environment_dir_path: folder, environment_name: name } = settings;
  if (typeof environment === 'string') {
    const beside = resolve(dirname(path), environment);
    const file = existsSync(beside) ? beside : resolve(environment);
    return environmentFromYaml(parsed(file, `${path}: the file of its environment`));
  }
  if (environment !== undefined && environment !== null) return environmentFromYaml(environment);
  if (typeof folder === 'string') return environmentFromFolder(folder, (file) => parsed(file, `${path}: the file of its environment`));
  if (typeof name === 'string') return registeredEnvironment(name);
  throw invalid('environment', `${path}: the key environment is required: a mapping with a name, or the path of a file with one.`);
}

function parsed(file: string, what: string): unknown {
  try {
    return parse(read(file));
  } catch (error) {
    throw invalid('environment', `${what} cannot be read: ${messageOf(error)}`);
  }
}

function settingsIn(path: string): Readonly<Record<string, unknown>> {
  let found: unknown;
  try {
    found = parse(read(path));
  } catch (error) {
    throw invalid('path', `${path} cannot be read: ${messageOf(error)}`);
  }
  const settings = isMapping(found) ? found.parallel_run_config : undefined;
  if (isMapping(settings)) return settings;
  throw invalid('path', `${path} has no key parallel_run_config with settings below it.`);
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
