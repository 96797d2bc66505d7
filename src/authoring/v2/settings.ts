/** The settings of parallel and command work and of pipelines: what they are, their rules, and how they stand in a document. */
import { described, resources } from '../../language/schema/common.ts';
import { anyMapping, text } from '../../language/schema/fields.ts';
import { pipelineSettings as yamlPipelineSettings } from '../../language/schema/jobs.ts';
import { commandKeys, limits, parallelKeys, runKeys } from '../../language/schema/steps.ts';
import { defined, localPath, mapValues, yamlKeys } from '../document.ts';
import { type Attributes, Judged } from '../options/judged.ts';
import { allBindable, bindable, camelKeys, define } from '../options/rules.ts';
import type { Bindable } from './bindable.ts';
import { type Identity, identityDocument, identityRule, type JobService, servicesRule } from './cloud.ts';
import {
  type DistributionOptions,
  distributionRule,
  type MpiDistribution,
  type PyTorchDistribution,
  type TensorFlowDistribution,
} from './distribution.ts';
import { type EnvironmentLike, environmentDocument, environmentRule } from './environment.ts';
import { type ParallelTask, type ParallelTaskOptions, taskDocument, taskRules } from './parallel-task.ts';
import { type RetrySettings, type RetrySettingsOptions, retryRules } from './retry-settings.ts';

/** What any job, step or component can have. */
export interface DescribedOptions {
  /** The name that people see. */
  readonly displayName?: string | undefined;
  /** What it does. */
  readonly description?: string | undefined;
  /** Tags, by name. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Properties, by name. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
  /** The experiment that the job is filed under. Default: the name of the working directory. */
  readonly experimentName?: string | undefined;
  /** Where it runs. A name that is not configured runs on this machine, with a notice. Default: this machine. */
  readonly compute?: Bindable<string> | undefined;
}

/** What work is given to run on. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.parallel */
export interface ResourceOptions {
  /** Number of nodes, from 1; on one machine: logical nodes. Default 1. */
  readonly instanceCount?: Bindable<number> | undefined;
  /** Cloud only: the kind of machine. */
  readonly instanceType?: Bindable<string> | undefined;
  /** Further arguments of `docker run`; without effect where no containers are run. */
  readonly dockerArgs?: string | readonly string[] | undefined;
  /** Size of the shared memory of a container: a number and `b`, `k`, `m` or `g`, e.g. `2g`. */
  readonly shmSize?: Bindable<string> | undefined;
}

/** What `setResources` takes. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.parallel#azure-ai-ml-entities-parallel-set-resources */
export interface SetResourcesOptions extends ResourceOptions {
  /** Cloud only: regions. */
  readonly locations?: readonly string[] | undefined;
  /** Cloud only. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
}

/** What any work can have. */
export interface RunOptions extends DescribedOptions, ResourceOptions {
  /** Environment variables of the processes, by name. */
  readonly environmentVariables?: Readonly<Record<string, Bindable<string | number | boolean>>> | undefined;
  /** Cloud only: whose rights the job uses. */
  readonly identity?: Identity | undefined;
}

/** Source: https://learn.microsoft.com/azure/machine-learning/reference-yaml-job-parallel; more of each in `docs/job-yaml.md`, under the key of the same name. */
export interface ParallelSettingsOptions {
  /** What happens to a mini-batch that failed. Default: 2 retries, 60 seconds for one `run()`. */
  readonly retrySettings?: RetrySettings | RetrySettingsOptions | undefined;
  /** What becomes of a mini-batch that failed for good. `isolate`: it is run again in halves, until the items that fail alone are known; the rows of all others are kept. Default: `fail`, as a whole. */
  readonly onFailure?: Bindable<'isolate' | 'fail'> | undefined;
  /** What the entry script's logger writes: `DEBUG`, `INFO` or `WARNING`. Default: `INFO`. */
  readonly loggingLevel?: Bindable<'DEBUG' | 'INFO' | 'WARNING'> | undefined;
  /** Worker processes on each node, from 1. Default: the number of CPU cores, or one for each GPU (Azure's documents say 1). */
  readonly maxConcurrencyPerInstance?: Bindable<number> | undefined;
  /** Failed items (files or rows) that are tolerated; more stop the job. -1 (default): any number. */
  readonly errorThreshold?: Bindable<number> | undefined;
  /** Mini-batches failed for good that are tolerated; more stop the job. -1 (default): any number. */
  readonly miniBatchErrorThreshold?: Bindable<number> | undefined;
  /** What runs on each mini-batch. Needed. */
  readonly task?: ParallelTask | ParallelTaskOptions | undefined;
  /** Files, or for a table its approximate size: a number and `kb`, `mb` or `gb`. Default: 10 files, or 1 MB. */
  readonly miniBatchSize?: Bindable<string | number> | undefined;
  /** One mini-batch for each combination of these keys' values; wins over `miniBatchSize`. */
  readonly partitionKeys?: readonly string[] | undefined;
  /** `${{inputs.x}}`: the input that is split. A list: each of them by itself. Needed, unless `--rank_mini_batch_count` is given. */
  readonly inputData?: string | readonly string[] | undefined;
}

/** Source: https://learn.microsoft.com/azure/machine-learning/reference-yaml-job-command; more of each in `docs/job-yaml.md`, under the key of the same name. */
export interface CommandSettingsOptions {
  /** A bash command; `${{inputs.x}}` and `${{outputs.x}}` become paths or values. Needed. */
  readonly command?: string | undefined;
  /** Folder (or file) of the code, relative to the working directory. */
  readonly code?: string | undefined;
  /** What the processes run in. Default: this machine as it is. */
  readonly environment?: EnvironmentLike | undefined;
  /** Several processes for one command. Default: one process. */
  readonly distribution?: DistributionOptions | MpiDistribution | PyTorchDistribution | TensorFlowDistribution | undefined;
  /** Seconds, above 0; past it every process of the step is killed and the step fails. Default: none. */
  readonly timeout?: Bindable<number> | undefined;
  /** Cloud only: regions. */
  readonly locations?: readonly string[] | undefined;
  /** Cloud only: services beside the job. */
  readonly services?: Readonly<Record<string, JobService>> | undefined;
  /** Cloud only: `spot`, `basic`, `standard` or `premium`. */
  readonly jobTier?: string | undefined;
  /** Cloud only: in a queue of jobs. */
  readonly priority?: 'low' | 'medium' | 'high' | undefined;
}

/** Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.pipelinejobsettings */
export interface PipelineSettingsOptions {
  /** Where steps run that do not say it themselves. */
  readonly defaultCompute?: string | undefined;
  /** Where outputs go that do not say it themselves. Default: `workspaceblobstore`. */
  readonly defaultDatastore?: string | undefined;
  /** After a failed step, go on with those that do not depend on it. Default: false. */
  readonly continueOnStepFailure?: boolean | undefined;
  /** Run every step, also those whose finished outputs could be taken. Default: false. */
  readonly forceRerun?: boolean | undefined;
}

/** What a step or a job of parallel work can have. */
export interface ParallelWorkOptions extends RunOptions, ParallelSettingsOptions {}

/** What a step or a job of a command can have. */
export interface CommandWorkOptions extends RunOptions, CommandSettingsOptions {}

/** What a pipeline can have as a step or a job. */
export interface PipelineWorkOptions extends DescribedOptions {
  /** How its steps are run. */
  readonly settings?: PipelineJobSettings | PipelineSettingsOptions | undefined;
}

/** What work of either kind can have: of a component from a file, the compiler does not know which. */
export interface WorkOptions extends ParallelWorkOptions, CommandWorkOptions {}

/** @internal */
export const pipelineSettingRules = camelKeys(yamlPipelineSettings.shape);
/** @internal */
export const pipelineSettingsRules = define<PipelineSettingsOptions>('settings', 'settings')(pipelineSettingRules);

/** How the steps of a pipeline are run; its attributes can be set. @throws RequestError for a wrong name or value. */
export class PipelineJobSettings extends Judged<PipelineSettingsOptions> {
  /** @param options Default: every setting has its default. */
  constructor(options: PipelineSettingsOptions = {}) {
    super(pipelineSettingsRules, options);
  }
}
export interface PipelineJobSettings extends Attributes<PipelineSettingsOptions> {}

const { $schema: _, ...forPeople } = described;
const describedRules = { ...camelKeys(forPeople), experimentName: text(''), compute: bindable(runKeys.compute) };

const { instance_count, instance_type, docker_args, shm_size, locations } = resources.shape;
const ofResources = allBindable(camelKeys({ instance_count, instance_type, docker_args, shm_size }));
const runRules = { ...describedRules, ...ofResources, environmentVariables: runKeys.environment_variables, identity: identityRule };

const { retry_settings: _retries, task: _task, ...ofParallel } = parallelKeys;
const { command: commandText, code, queue_settings } = commandKeys;
const parallelRules = { ...allBindable(camelKeys(ofParallel)), retrySettings: retryRules.schema, task: taskRules.schema };
const commandRules = {
  ...camelKeys({ command: commandText, code, locations, ...queue_settings.shape }),
  timeout: bindable(limits.shape.timeout),
  environment: environmentRule,
  distribution: distributionRule,
  services: servicesRule,
};

/** @internal */
export const workRules = {
  parallel: { ...runRules, ...parallelRules },
  command: { ...runRules, ...commandRules },
  pipeline: { ...describedRules, settings: pipelineSettingsRules.schema },
};

/** @internal */
export const parallelWork = define<ParallelWorkOptions>('A parallel step')(workRules.parallel);
/** @internal */
export const commandWork = define<CommandWorkOptions>('A command step')(workRules.command);
/** @internal */
export const pipelineWork = define<PipelineWorkOptions>('A pipeline')(workRules.pipeline);
/** @internal */
export const resourceRules = define<SetResourcesOptions>('setResources')({
  ...ofResources,
  ...camelKeys({ locations }),
  properties: anyMapping(''),
});
/** @internal */
export const limitRules = define<Pick<CommandSettingsOptions, 'timeout'>>('setLimits')({ timeout: bindable(limits.shape.timeout) });
/** @internal */
export const queueRules = define<Pick<CommandSettingsOptions, 'jobTier' | 'priority'>>('setQueueSettings')(camelKeys(queue_settings.shape));

/** The settings under their keys in YAML. @internal */
export function settingsDocument(options: WorkOptions & PipelineWorkOptions): Record<string, unknown> {
  const { instanceCount, instanceType, dockerArgs, shmSize, locations, timeout, jobTier, priority, settings, ...others } = options;
  const { task, retrySettings, code, environment, distribution, identity, services, ...plainKeys } = others;
  return {
    ...yamlKeys(plainKeys),
    ...(code !== undefined && { code: localPath(code) }),
    ...(environment !== undefined && { environment: environmentDocument(environment) }),
    ...(distribution !== undefined && { distribution: yamlKeys(distribution) }),
    ...(task !== undefined && { task: taskDocument(task) }),
    ...group('retry_settings', retrySettings === undefined ? {} : yamlKeys(retrySettings)),
    ...group('resources', {
      instance_count: instanceCount,
      instance_type: instanceType,
      docker_args: dockerArgs,
      shm_size: shmSize,
      locations,
    }),
    ...group('limits', { timeout }),
    ...group('queue_settings', { job_tier: jobTier, priority }),
    ...group('settings', settings === undefined ? {} : yamlKeys(settings)),
    ...(identity !== undefined && { identity: identityDocument(identity) }),
    ...(services !== undefined && { services: mapValues(services, yamlKeys) }),
  };
}

function group(key: string, entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = defined(entries);
  return Object.keys(given).length === 0 ? {} : { [key]: given };
}
