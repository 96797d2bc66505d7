/** The shape of SDK v2: components, jobs and pipelines as functions, and a client for a home. */

export { type Problem, RequestError } from '../../errors/types.ts';
export type * from '../../events/types.ts';
export type * from '../../language/arguments/types.ts';
export type { Reference, TemplatePart } from '../../language/expressions.ts';
export type { MiniBatchSize } from '../../language/mini-batch-size.ts';
export type * from '../../language/types.ts';
export type { AssetFilter, AssetView, DataAssetView, DatastoreView, EnvironmentView, Which } from '../client/asset-views.ts';
export type { ComponentOperations, RegisterOptions, Registrable } from '../client/components.ts';
export type { DataOperations } from '../client/data.ts';
export type {
  AccessKeyCredentials,
  AccountKeyCredentials,
  AwsProfile,
  AzureBlobDatastoreOptions,
  AzureCredentials,
  AzureDataLakeGen2DatastoreOptions,
  AzureFileDatastoreOptions,
  AzureStorageDatastore,
  DatastoreOptions,
  DescribedDatastore,
  GcsDatastoreOptions,
  LocalDatastoreOptions,
  S3DatastoreOptions,
  SasTokenCredentials,
  ServiceAccountCredentials,
  ServicePrincipalCredentials,
} from '../client/datastore-options.ts';
export type { DatastoreOperations } from '../client/datastores.ts';
export type { EnvironmentOperations } from '../client/environments.ts';
export { JobError } from '../client/job-error.ts';
export type {
  CreateOptions,
  DownloadJobOptions,
  JobLike,
  JobListOptions,
  JobOperations,
  Runnable,
  RunOptionsOfJob,
  StreamOptions,
  ValidationResult,
} from '../client/jobs.ts';
export { MLClient, type MLClientOptions } from '../client/ml-client.ts';
export type { FinishedJob, JobOutputView, JobSummary, JobView, StepItems, StepMiniBatches, StepView } from '../client/views.ts';
export type { Attributes, Closed, Judged } from '../options/judged.ts';
export type { Bindable } from './bindable.ts';
export {
  AmlTokenConfiguration,
  type Identity,
  type JobService,
  ManagedIdentityConfiguration,
  type ManagedIdentityOptions,
  UserIdentityConfiguration,
} from './cloud.ts';
export { type CommandOptions, command } from './command.ts';
export type { Component, ComponentJob, LooseParts, SettableParts, SettingsOf } from './component.ts';
export type { AnyWorkOptions, InputPorts, OutputPorts, StepInputs, StepOptions } from './component-shape.ts';
export { AssetTypes, InputOutputModes } from './constants.ts';
export {
  type DistributionOptions,
  MpiDistribution,
  type ProcessCount,
  type ProcessDistributionOptions,
  PyTorchDistribution,
  type TensorFlowCounts,
  TensorFlowDistribution,
  type TensorFlowDistributionOptions,
} from './distribution.ts';
export { Data, type DataOptions, Model, type ModelOptions } from './entities.ts';
export { type BuildContextOptions, Environment, type EnvironmentLike, type EnvironmentOptions } from './environment.ts';
export { Input, type InputOptions } from './input.ts';
export type { Job, RunJobOptions } from './job.ts';
export { type LoadedFileJob, loadComponent, loadJob } from './load.ts';
export type { LooseComponent } from './loaded-component.ts';
export { Output, type OutputOptions } from './output.ts';
export { ParallelJob, type ParallelJobOptions } from './parallel-job.ts';
export { type ParallelRunFunctionOptions, parallelRunFunction } from './parallel-run-function.ts';
export {
  type ModelTaskOptions,
  ParallelTask,
  type ParallelTaskOptions,
  type RunFunctionTaskOptions,
  type TaskAttributes,
  type TaskCommonOptions,
  type TaskKey,
  type TaskValue,
} from './parallel-task.ts';
export {
  type DeclaredInputs,
  type DeclaredPipelineFunction,
  type DeclaredPipelineOptions,
  type OutputsOf,
  type PipelineCallOptions,
  type PipelineFunction,
  type PipelineInputs,
  type PipelineJob,
  type PipelineOptions,
  type PipelineOutputs,
  pipeline,
} from './pipeline.ts';
export { BatchRetrySettings, RetrySettings, type RetrySettingsOptions } from './retry-settings.ts';
export { RunFunction, type RunFunctionOptions } from './run-function.ts';
export {
  type CommandSettingsOptions,
  type CommandWorkOptions,
  type DescribedOptions,
  type ParallelSettingsOptions,
  type ParallelWorkOptions,
  PipelineJobSettings,
  type PipelineSettingsOptions,
  type PipelineWorkOptions,
  type ResourceOptions,
  type RunOptions,
  type SetResourcesOptions,
  type WorkOptions,
} from './settings.ts';
export type { InputLike, PortType, StepInput, StepOutput } from './values.ts';
export type { ComponentOptions } from './written-component.ts';
