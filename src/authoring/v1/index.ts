/** The shape of SDK v1: steps with their configurations, pipelines, experiments and runs. */

export { type Problem, RequestError } from '../../errors/types.ts';
export type { Status } from '../../events/types.ts';
export { JobError } from '../client/job-error.ts';
export type { StepView } from '../client/views.ts';
export { CommandStep, type CommandStepOptions } from './command-step.ts';
export type { ComputeTarget } from './compute-target.ts';
export { CondaDependencies, type CondaDependenciesOptions } from './conda-dependencies.ts';
export { DatasetConsumptionConfig } from './consumption.ts';
export type { DataPath } from './data-path.ts';
export { Dataset } from './dataset.ts';
export { Datastore } from './datastore.ts';
export { type DistributedConfiguration, MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration } from './distributed.ts';
export { Environment } from './environment.ts';
export { Chainer, Estimator, type EstimatorOptions, PyTorch, SKLearn, TensorFlow, type TensorFlowOptions } from './estimator.ts';
export { EstimatorStep, type EstimatorStepOptions } from './estimator-step.ts';
export { Experiment } from './experiment.ts';
export { FileDataset } from './file-dataset.ts';
export { type Edge, Graph } from './graph.ts';
export type { Argument, StepInput, StepOutput } from './inputs.ts';
export type { ModuleDef, ModuleDefOptions, ParamDef } from './module-def.ts';
export { ModuleNode } from './module-node.ts';
export { PipelineOutputFileDataset, PipelineOutputTabularDataset } from './output-dataset.ts';
export { OutputFileDatasetConfig, type OutputFileDatasetConfigOptions, OutputTabularDatasetConfig } from './output-file-dataset-config.ts';
export { OutputReference } from './output-reference.ts';
export { ParallelRunConfig, type ParallelRunConfigOptions } from './parallel-run-config.ts';
export { ParallelRunStep, type ParallelRunStepOptions } from './parallel-run-step.ts';
export { Pipeline, type PipelineOptions, type SubmitOptions } from './pipeline.ts';
export { PipelineData, type PipelineDataOptions } from './pipeline-data.ts';
export { PipelineDraft, type PipelineDraftOptions } from './pipeline-draft.ts';
export { type ParameterValue, PipelineParameter } from './pipeline-parameter.ts';
export { PipelineRun, type WaitOptions } from './pipeline-run.ts';
export { PipelineStep } from './pipeline-step.ts';
export { PythonScriptStep, type PythonScriptStepOptions } from './python-script-step.ts';
export { RunConfiguration, ScriptRunConfig, type ScriptRunConfigOptions } from './run-configuration.ts';
export { StepRun } from './step-run.ts';
export { type StepList, StepSequence } from './step-sequence.ts';
export {
  type ColumnType,
  DataType,
  type DelimitedOptions,
  type JsonLinesOptions,
  type ParquetOptions,
  PromoteHeadersBehavior,
} from './table-options.ts';
export { TabularDataset } from './tabular-dataset.ts';
export { Workspace } from './workspace.ts';
