/** The shape of SDK v1: steps with their configurations, pipelines, experiments and runs. */

export { type Problem, RequestError } from '../../errors/types.ts';
export type { Status } from '../../events/types.ts';
export { JobError } from '../client/job-error.ts';
export type { StepView } from '../client/views.ts';
export type { ComputeTarget } from './config/compute-target.ts';
export { CondaDependencies, type CondaDependenciesOptions } from './config/conda-dependencies.ts';
export { type DistributedConfiguration, MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration } from './config/distributed.ts';
export { Environment } from './config/environment.ts';
export { Chainer, Estimator, type EstimatorOptions, PyTorch, SKLearn, TensorFlow, type TensorFlowOptions } from './config/estimator.ts';
export { ParallelRunConfig } from './config/parallel-run-config.ts';
export type { ParallelRunConfigOptions } from './config/parallel-run-options.ts';
export { RunConfiguration, ScriptRunConfig, type ScriptRunConfigOptions } from './config/run-configuration.ts';
export { DatasetConsumptionConfig } from './data/consumption.ts';
export type { DataPath } from './data/data-path.ts';
export { Dataset } from './data/dataset.ts';
export { Datastore } from './data/datastore.ts';
export { FileDataset } from './data/file-dataset.ts';
export type { Argument, StepInput, StepOutput } from './data/inputs.ts';
export { PipelineOutputFileDataset, PipelineOutputTabularDataset } from './data/output-dataset.ts';
export {
  OutputFileDatasetConfig,
  type OutputFileDatasetConfigOptions,
  OutputTabularDatasetConfig,
} from './data/output-file-dataset-config.ts';
export { PipelineData, type PipelineDataOptions } from './data/pipeline-data.ts';
export { type ParameterValue, PipelineParameter } from './data/pipeline-parameter.ts';
export {
  type ColumnType,
  DataType,
  type DelimitedOptions,
  type JsonLinesOptions,
  type ParquetOptions,
  PromoteHeadersBehavior,
} from './data/table-options.ts';
export { TabularDataset } from './data/tabular-dataset.ts';
export { type Edge, Graph } from './graph/graph.ts';
export type { ModuleDef, ModuleDefOptions, ParamDef } from './graph/module-def.ts';
export { ModuleNode } from './graph/module-node.ts';
export { Experiment } from './run/experiment.ts';
export { OutputReference } from './run/output-reference.ts';
export { Pipeline, type PipelineOptions, type SubmitOptions } from './run/pipeline.ts';
export { PipelineDraft, type PipelineDraftOptions } from './run/pipeline-draft.ts';
export { PipelineRun, type WaitOptions } from './run/pipeline-run.ts';
export { StepRun } from './run/step-run.ts';
export { CommandStep, type CommandStepOptions } from './steps/command-step.ts';
export { EstimatorStep, type EstimatorStepOptions } from './steps/estimator-step.ts';
export { ParallelRunStep, type ParallelRunStepOptions } from './steps/parallel-run-step.ts';
export { PipelineStep } from './steps/pipeline-step.ts';
export { PythonScriptStep, type PythonScriptStepOptions } from './steps/python-script-step.ts';
export { type StepList, StepSequence } from './steps/step-sequence.ts';
export { Workspace } from './workspace.ts';
