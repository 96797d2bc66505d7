/** The shape of SDK v1: steps with their configurations, pipelines, experiments and runs. */

export { type Problem, RequestError } from '../../errors/types.ts';
export type { Status } from '../../events/types.ts';
export type { JobSpec, Literal, OutputMode } from '../../language/types.ts';
export { JobError } from '../client/job-error.ts';
export type { JobView, StepView } from '../client/views.ts';
export type { Compiled } from './compile/compile-graph.ts';
export { AmlCompute, type AmlComputeOptions } from './config/aml-compute.ts';
export type { ComputeTarget } from './config/compute-target.ts';
export { CondaDependencies, type CondaDependenciesOptions } from './config/conda-dependencies.ts';
export {
  type DistributedConfiguration,
  Gloo,
  Mpi,
  MpiConfiguration,
  type MpiOptions,
  Nccl,
  ParameterServer,
  PyTorchConfiguration,
  type PyTorchOptions,
  TensorflowConfiguration,
  type TensorflowOptions,
} from './config/distributed.ts';
export {
  type DockerImageOptions,
  DockerSection,
  type DockerSectionOptions,
  Environment,
  type EnvironmentOptions,
  type GetEnvironmentOptions,
  type NameAndFile,
  type NameAndFileOptions,
  PythonSection,
  type PythonSectionOptions,
} from './config/environment.ts';
export { Chainer, Estimator, PyTorch, SKLearn, TensorFlow } from './config/estimator.ts';
export type { EstimatorOptions, TensorFlowOptions } from './config/estimator-options.ts';
export { ParallelRunConfig } from './config/parallel-run-config.ts';
export type { ParallelRunConfigOptions, ParallelRunSettings } from './config/parallel-run-options.ts';
export {
  DockerConfiguration,
  type DockerConfigurationOptions,
  RunConfiguration,
  type RunConfigurationOptions,
  type RunConfigurationSettings,
  ScriptRunConfig,
  type ScriptRunConfigOptions,
} from './config/run-configuration.ts';
export type { RunconfigParameter, RunconfigParameters } from './config/runconfig-parameters.ts';
export {
  type Consumed,
  type ConsumptionMode,
  type ConsumptionOptions,
  DatasetConsumptionConfig,
  type DatasetConsumptionOptions,
} from './data/consumption.ts';
export type { DataPath, DataPaths, PathOptions } from './data/data-path.ts';
export { DataReference, type DataReferenceOptions, type DatastorePlace } from './data/data-reference.ts';
export {
  Dataset,
  type FileOptions,
  type GetByNameOptions,
  type PathAndOptions,
  type UploadDirectoryOptions,
  type WithPath,
} from './data/dataset.ts';
export {
  type AzureBlobContainerOptions,
  type AzureDataLakeGen2Options,
  Datastore,
  type DownloadOptions,
  type UploadFilesOptions,
  type UploadFolderOptions,
  type UploadOptions,
} from './data/datastore.ts';
export type {
  DatasetDescription,
  DatasetForm,
  FileSource,
  FilesDescription,
  OutputDescription,
  OutputOrigin,
  OutputSource,
  Registration,
  RowsDescription,
  TableView,
  WrittenDescription,
} from './data/descriptions.ts';
export { FileDataset } from './data/file-dataset.ts';
export { InputSource } from './data/input-source.ts';
export type { Argument, StepInput, StepOutput } from './data/inputs.ts';
export type { MLTable, TablePath } from './data/mltable.ts';
export { OutputData } from './data/output-data.ts';
export {
  OutputDataset,
  type OutputDatasetOptions,
  type ParseDelimitedOptions,
  type ParseParquetOptions,
  PipelineOutputFileDataset,
  PipelineOutputTabularDataset,
  type RegisterOutputArguments,
  type RegisterOutputOptions,
} from './data/output-dataset.ts';
export {
  OutputFileDatasetConfig,
  type OutputFileDatasetConfigOptions,
  OutputTabularDatasetConfig,
  type ReadDelimitedOptions,
  type ReadParquetOptions,
  type RegisterOnCompleteArguments,
  type RegisterOnCompleteOptions,
  type UploadOutputArguments,
  type UploadOutputOptions,
} from './data/output-file-dataset-config.ts';
export { type NamedPipelineDataOptions, PipelineData, type PipelineDataOptions } from './data/pipeline-data.ts';
export { type Parameterized, type ParameterValue, PipelineParameter, type PipelineParameterOptions } from './data/pipeline-parameter.ts';
export type { RegisterArguments, RegisterOptions, WorkspaceAndName } from './data/registered-dataset.ts';
export {
  type ColumnType,
  DataType,
  type DelimitedOptions,
  type Header,
  type JsonLinesOptions,
  type ParquetOptions,
  PromoteHeadersBehavior,
  type TableOptions,
} from './data/table-options.ts';
export { type PartitionByOptions, TabularDataset } from './data/tabular-dataset.ts';
export { type Edge, Graph } from './graph/graph.ts';
export type { ModuleDef, ModuleDefArguments, ModuleDefOptions, ParamDef, PortDef } from './graph/module-def.ts';
export { ModuleNode, Param } from './graph/module-node.ts';
export {
  type BindObject,
  InputPortBinding,
  type InputPortBindingOptions,
  OutputPortBinding,
  type OutputPortBindingOptions,
} from './graph/port-bindings.ts';
export type {
  CommandParams,
  CommandStepType,
  CommandWork,
  ParallelWork,
  StepDescription,
  StepWork,
  Word,
} from './graph/step-description.ts';
export { Experiment, type ExperimentOptions } from './run/experiment.ts';
export { type CompileForOptions, Pipeline, type PipelineOptions, type SubmitOptions } from './run/pipeline.ts';
export { PipelineDraft, type PipelineDraftOptions } from './run/pipeline-draft.ts';
export { PipelineRun, type WaitOptions } from './run/pipeline-run.ts';
export { type DownloadOutputOptions, PortDataReference, PortDataReference as OutputReference } from './run/port-data-reference.ts';
export { type RunOfJob, StepRun } from './run/step-run.ts';
export type { GivenPorts } from './steps/bind-arguments.ts';
export { CommandStep, type CommandStepOptions } from './steps/command-step.ts';
export { type CommandWorkOptions, type CommandWorkParts, CommandWorkStep } from './steps/command-work-step.ts';
export { EstimatorStep, type EstimatorStepOptions } from './steps/estimator-step.ts';
export { ParallelRunStep, type ParallelRunStepOptions } from './steps/parallel-run-step.ts';
export { PipelineStep, type StepContext, type StepParts } from './steps/pipeline-step.ts';
export { PythonScriptStep, type PythonScriptStepOptions } from './steps/python-script-step.ts';
export { type StepList, StepSequence } from './steps/step-sequence.ts';
export { Workspace, type WorkspaceOptions } from './workspace.ts';
