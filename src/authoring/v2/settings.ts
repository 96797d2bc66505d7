/** The settings of parallel and command work, and how they stand in a document. */

import { defined, localPath, mapValues, yamlKeys } from '../document.ts';
import type { Identity, JobService } from './cloud.ts';
import type { DistributionOptions, MpiDistribution, PyTorchDistribution, TensorFlowDistribution } from './distribution.ts';
import { type EnvironmentLike, environmentDocument } from './environment.ts';
import { type ParallelTask, type ParallelTaskOptions, taskDocument } from './parallel-task.ts';
import type { RetrySettingsOptions } from './retry-settings.ts';

/** What any job, step or component can have. */
export interface DescribedOptions {
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/** What any work can have. */
export interface RunOptions extends DescribedOptions {
  readonly experimentName?: string | undefined;
  /** A name that is not configured runs on this machine, with a notice. */
  readonly compute?: string | undefined;
  readonly environmentVariables?: Readonly<Record<string, string>> | undefined;
  /** Number of nodes; on one machine: logical nodes. Default 1. */
  readonly instanceCount?: number | undefined;
  /** Cloud only: the kind of machine. */
  readonly instanceType?: string | undefined;
  /** Further arguments of `docker run`. */
  readonly dockerArgs?: string | readonly string[] | undefined;
  /** Size of the shared memory of a container, e.g. `2g`. */
  readonly shmSize?: string | undefined;
  /** Cloud only: whose rights the job uses. */
  readonly identity?: Identity | undefined;
}

/** Meaning, units and defaults of each are in `docs/job-yaml.md`, under the key of the same name. */
export interface ParallelSettingsOptions {
  readonly retrySettings?: RetrySettingsOptions | undefined;
  readonly loggingLevel?: 'DEBUG' | 'INFO' | 'WARNING' | undefined;
  /** Worker processes on each node. Default: the number of CPU cores, or one for each GPU. */
  readonly maxConcurrencyPerInstance?: number | undefined;
  /** Failed items that are tolerated; -1 (default): any number. */
  readonly errorThreshold?: number | undefined;
  /** Mini-batches failed for good that are tolerated; -1 (default): any number. */
  readonly miniBatchErrorThreshold?: number | undefined;
  readonly task?: ParallelTask | ParallelTaskOptions | undefined;
  /** Files, or a size such as `10kb` for tables. Default 10 files, or 1 MB. */
  readonly miniBatchSize?: string | number | undefined;
  /** Wins over `miniBatchSize`. */
  readonly partitionKeys?: readonly string[] | undefined;
  /** `${{inputs.x}}`: the input that is split. */
  readonly inputData?: string | undefined;
}

export interface CommandSettingsOptions {
  /** A bash command; `${{inputs.x}}` and `${{outputs.x}}` become paths or values. */
  readonly command?: string | undefined;
  /** Folder (or file) of the code, relative to the working directory. */
  readonly code?: string | undefined;
  readonly environment?: EnvironmentLike | undefined;
  readonly distribution?: DistributionOptions | MpiDistribution | PyTorchDistribution | TensorFlowDistribution | undefined;
  /** Seconds; past it every process of the step is killed and the step fails. */
  readonly timeout?: number | undefined;
  /** Cloud only. */
  readonly locations?: readonly string[] | undefined;
  /** Cloud only: services beside the job. */
  readonly services?: Readonly<Record<string, JobService>> | undefined;
  /** Cloud only. */
  readonly jobTier?: string | undefined;
  /** Cloud only. */
  readonly priority?: 'low' | 'medium' | 'high' | undefined;
}

export type WorkOptions = RunOptions & ParallelSettingsOptions & CommandSettingsOptions;

/** The settings under their keys in YAML; keys that are not known here are left for the judge to refuse. */
export function settingsDocument(options: WorkOptions): Record<string, unknown> {
  const { instanceCount, instanceType, dockerArgs, shmSize, locations, timeout, jobTier, priority, ...others } = options;
  const { task, retrySettings, code, environment, distribution, identity, services, ...plainKeys } = others;
  return {
    ...yamlKeys(plainKeys),
    ...(code !== undefined && { code: localPath(code) }),
    ...(environment !== undefined && { environment: environmentDocument(environment) }),
    ...(distribution !== undefined && { distribution: yamlKeys(distribution) }),
    ...(task !== undefined && { task: taskDocument(task) }),
    ...(retrySettings !== undefined && { retry_settings: yamlKeys(retrySettings) }),
    ...group('resources', {
      instance_count: instanceCount,
      instance_type: instanceType,
      docker_args: dockerArgs,
      shm_size: shmSize,
      locations,
    }),
    ...group('limits', { timeout }),
    ...group('queue_settings', { job_tier: jobTier, priority }),
    ...(identity !== undefined && { identity: yamlKeys(identity) }),
    ...(services !== undefined && { services: mapValues(services, yamlKeys) }),
  };
}

function group(key: string, entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = defined(entries);
  return Object.keys(given).length === 0 ? {} : { [key]: given };
}
