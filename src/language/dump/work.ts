/** Parallel and command work as it stands in a file. */

import { DEFAULT_PREDEFINED } from '../arguments/predefined.ts';
import type { PredefinedName, ProgramArgument } from '../arguments/types.ts';
import { programArgumentsText } from '../arguments/write.ts';
import { literalText } from '../expressions.ts';
import { miniBatchSizeText } from '../mini-batch-size.ts';
import type { CloudOnly, CommandStep, Distribution, Literal, ParallelStep, ParallelTaskSpec, Resources } from '../types.ts';
import { filled, keys, type WritePath, writeEnvironment } from './values.ts';

export function writeWork(step: ParallelStep | CommandStep, path: WritePath): Record<string, unknown> {
  return keys({
    ...(step.type === 'parallel' ? writeParallel(step, path) : writeCommand(step, path)),
    environment_variables: filled(step.environmentVariables),
    resources: writeResources(step.resources, step.cloudOnly),
  });
}

function writeParallel(step: ParallelStep, path: WritePath): Record<string, unknown> {
  const { settings } = step;
  const inputs = settings.inputData.map((name) => `\${{inputs.${name}}}`);
  return {
    input_data: inputs.length === 0 ? undefined : inputs.length === 1 ? inputs[0] : inputs,
    mini_batch_size: miniBatchSizeText(settings.miniBatchSize),
    partition_keys: settings.partitionKeys.length === 0 ? undefined : settings.partitionKeys,
    error_threshold: settings.errorThreshold,
    mini_batch_error_threshold: settings.miniBatchErrorThreshold,
    retry_settings: { max_retries: settings.maxRetries, timeout: settings.timeout },
    max_concurrency_per_instance: settings.maxConcurrencyPerInstance,
    logging_level: settings.loggingLevel,
    task: writeTask(step, path),
  };
}

function writeTask(step: ParallelStep, path: WritePath): Record<string, unknown> {
  const { task } = step;
  const own =
    task.type === 'model'
      ? { model: task.model.startsWith('/') ? path(task.model) : task.model }
      : { code: code(task, path), entry_script: task.entryScript };
  return keys({
    type: task.type,
    ...own,
    program_arguments: writeArguments(step),
    append_row_to: task.appendRowTo === undefined ? undefined : `\${{outputs.${task.appendRowTo}}}`,
    environment: writeEnvironment(task.environment, step.cloudOnly, path),
  });
}

function code(task: ParallelTaskSpec, path: WritePath): string | undefined {
  return task.type === 'run_function' && task.code !== undefined ? path(task.code.path) : undefined;
}

/** Settings that have no key of their own go into the arguments, unless they stand there already. */
function writeArguments({ task, settings }: ParallelStep): string | undefined {
  const { predefined } = settings;
  const written = new Set(task.programArguments.flatMap(enginesOf));
  const standard = DEFAULT_PREDEFINED;
  const wanted: readonly (readonly [PredefinedName, Literal | undefined, Literal | undefined])[] = [
    ['--allowed_failed_percent', settings.allowedFailedPercent, 100],
    ['--task_overhead_timeout', predefined.taskOverheadTimeout, standard.taskOverheadTimeout],
    ['--progress_update_timeout', predefined.progressUpdateTimeout, undefined],
    ['--first_task_creation_timeout', predefined.firstTaskCreationTimeout, standard.firstTaskCreationTimeout],
    ['--rank_mini_batch_count', predefined.rankMiniBatchCount, standard.rankMiniBatchCount],
    ['--resource_monitor_interval', predefined.resourceMonitorInterval, standard.resourceMonitorInterval],
    ['--copy_logs_to_parent', predefined.copyLogsToParent, false],
    ['--push_metrics_to_parent', predefined.pushMetricsToParent, false],
    ['--metrics_name_prefix', predefined.metricsNamePrefix, undefined],
    ['--fail_on_short_return', predefined.failOnShortReturn, false],
    ['--isolate_failed_items', settings.onFailure === 'isolate', false],
  ];
  const added = wanted.flatMap(([name, value, usual]): readonly ProgramArgument[] =>
    value === undefined || value === usual || written.has(name)
      ? []
      : [{ kind: 'engine', name, value: [{ kind: 'text', text: literalText(value) }] }],
  );
  const text = programArgumentsText([...task.programArguments, ...added]);
  return text === '' ? undefined : text;
}

function enginesOf(argument: ProgramArgument): readonly PredefinedName[] {
  if (argument.kind === 'optional') return argument.arguments.flatMap(enginesOf);
  return argument.kind === 'engine' ? [argument.name] : [];
}

function writeCommand(step: CommandStep, path: WritePath): Record<string, unknown> {
  return {
    command: step.command,
    code: step.code === undefined ? undefined : path(step.code.path),
    environment: writeEnvironment(step.environment, step.cloudOnly, path),
    distribution: writeDistribution(step.distribution),
    queue_settings: step.cloudOnly.queue_settings,
    limits: step.timeout === undefined ? undefined : { timeout: step.timeout },
  };
}

function writeDistribution(distribution: Distribution | undefined): unknown {
  if (distribution === undefined) return undefined;
  if (distribution.type === 'tensorflow') {
    return { type: 'tensorflow', worker_count: distribution.workerCount, parameter_server_count: distribution.parameterServerCount };
  }
  return { type: distribution.type, process_count_per_instance: distribution.processCountPerInstance };
}

function writeResources(resources: Resources, cloudOnly: CloudOnly): Record<string, unknown> | undefined {
  const kept = cloudOnly.resources;
  const written = keys({
    instance_count: resources.instanceCount === 1 ? undefined : resources.instanceCount,
    instance_type: resources.instanceType,
    shm_size: resources.shmSize,
    docker_args: resources.dockerArgs,
    properties: resources.properties,
    ...(typeof kept === 'object' && kept !== null ? kept : {}),
  });
  return filled(written);
}
