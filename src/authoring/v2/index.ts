/** The shape of SDK v2: components, jobs and pipelines as functions, and a client for a home. */

export { type Problem, RequestError } from '../../errors/types.ts';
export type { JobEvent, Status } from '../../events/types.ts';
export type { DataType, InputMode, JobSpec, Literal, OutputMode, PrimitiveType } from '../../language/types.ts';
export type { AssetView, DataOptions, DataView, EnvironmentView, Which } from '../client/assets.ts';
export { JobError } from '../client/job-error.ts';
export type { CreateOptions, DownloadJobOptions, Runnable, StreamOptions } from '../client/jobs.ts';
export { MLClient, type MLClientOptions } from '../client/ml-client.ts';
export type { FinishedJob, JobSummary, JobView, StepView } from '../client/views.ts';
export type { Identity, JobService } from './cloud.ts';
export { type CommandOptions, command } from './command.ts';
export type { Component } from './component.ts';
export type { InputPorts, StepInputs, StepOptions } from './component-shape.ts';
export { AssetTypes, InputOutputModes } from './constants.ts';
export { type DistributionOptions, MpiDistribution, PyTorchDistribution, TensorFlowDistribution } from './distribution.ts';
export { Environment, type EnvironmentLike, type EnvironmentOptions } from './environment.ts';
export { Input, type InputOptions } from './input.ts';
export { Job, type OutputPorts, type RunJobOptions } from './job.ts';
export { loadComponent, loadJob } from './load.ts';
export type { LooseComponent } from './loaded-component.ts';
export { Output, type OutputOptions } from './output.ts';
export { ParallelJob, type ParallelJobOptions } from './parallel-job.ts';
export { type ParallelRunFunctionOptions, parallelRunFunction } from './parallel-run-function.ts';
export {
  type ModelTaskOptions,
  ParallelTask,
  type ParallelTaskOptions,
  type RunFunctionTaskOptions,
  type TaskKey,
} from './parallel-task.ts';
export { type PipelineCallOptions, type PipelineFunction, type PipelineInputs, type PipelineOptions, pipeline } from './pipeline.ts';
export { RetrySettings, type RetrySettingsOptions } from './retry-settings.ts';
export { RunFunction, type RunFunctionOptions } from './run-function.ts';
export type { CommandSettingsOptions, ParallelSettingsOptions, RunOptions } from './settings.ts';
export { type InputLike, StepOutput } from './values.ts';
