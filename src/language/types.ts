/**
 * The job spec: the plain-data description of a job. YAML and both SDK styles all become this one thing,
 * and everything behind it (pipeline, parallel, runs) reads nothing else.
 *
 * Glossary: a *job* is a pipeline or one standalone step. A *step* is `parallel`, `command` or a nested `pipeline`.
 * A *port* is what a component declares (an input or an output, with its type); a *value* is what a step was given for it.
 * The spec is JSON-serialisable. Local paths in it are absolute; `azureml:` names and datastore URIs are kept as written.
 */

import type { ProgramArgument } from './arguments/types.ts';
import type { MiniBatchSize } from './mini-batch-size.ts';

/** What a path leads to. */
export type DataType = 'uri_file' | 'uri_folder' | 'mltable' | 'mlflow_model' | 'custom_model' | 'triton_model';
/** What a literal is. */
export type PrimitiveType = 'string' | 'number' | 'integer' | 'boolean';
/** A value that is no data. */
export type Literal = string | number | boolean;
/** How a cloud would deliver data. */
export type InputMode = 'ro_mount' | 'rw_mount' | 'download' | 'direct' | 'eval_mount' | 'eval_download';
/** How a cloud would take data away. */
export type OutputMode = 'mount' | 'rw_mount' | 'upload' | 'direct';

/** An input that a component declares. */
export interface InputPort {
  /** What it takes. */
  readonly type: DataType | PrimitiveType;
  /** What it is for. */
  readonly description?: string;
  /** It need not be given. */
  readonly optional: boolean;
  /** What it is when it is not given. */
  readonly default?: Literal;
  /** The only values allowed. */
  readonly enum?: readonly Literal[];
  /** The smallest value allowed. */
  readonly min?: number;
  /** The largest value allowed. */
  readonly max?: number;
  /** How the data comes to the script. */
  readonly mode?: InputMode;
  /** Its files are one table, whose rows are the items, though the type is a folder. */
  readonly read?: 'table';
}

/** An output that a component declares. */
export interface OutputPort {
  /** What is written. */
  readonly type: DataType;
  /** What it is for. */
  readonly description?: string;
  /** How a cloud would take the data away. */
  readonly mode?: OutputMode;
}

/** What an input was given. */
export type InputValue =
  /** A value. */
  | { readonly kind: 'literal'; readonly value: Literal }
  /** Data named by a path: a local path (absolute), `azureml:name:version`, `azureml:name@label`, or an `azureml://` URI. */
  | { readonly kind: 'data'; readonly type: DataType; readonly path: string; readonly mode?: InputMode; readonly read?: 'table' }
  /** Text with at least one `${{ … }}`, resolved when the step is bound. `type`, `mode` and `read` only where the author gave them. */
  | { readonly kind: 'expression'; readonly text: string; readonly type?: DataType; readonly mode?: InputMode; readonly read?: 'table' };

/** Where an output goes. All parts are optional: an output of a step needs no more than its name. */
export interface OutputValue {
  /** What is written. */
  readonly type?: DataType;
  /** How a cloud would take the data away. */
  readonly mode?: OutputMode;
  /** A path template (may hold `${{name}}`, `${{default_datastore}}` …) or an absolute local path. */
  readonly path?: string;
  /** `${{parent.outputs.x}}`: the step's output is the pipeline's output x. */
  readonly binding?: string;
  /** Register the finished output as a data asset under this name (and version). */
  readonly name?: string;
  /** The version to register it under. Absent: the next number. */
  readonly version?: string;
  /** What it is for. */
  readonly description?: string;
}

/** Accepted, validated and kept, without meaning on our computes (`identity`, `services`, `docker_args` …). */
export type CloudOnly = Readonly<Record<string, unknown>>;

/** A folder that an image is built from. */
export interface BuildSpec {
  /** The folder; absolute. */
  readonly path: string;
  /** The Dockerfile inside it. Absent: `Dockerfile`. */
  readonly dockerfilePath?: string;
}

/** An environment: what is registered, or what it is made of. */
export interface EnvironmentSpec {
  /** Its name. */
  readonly name?: string;
  /** Its version. */
  readonly version?: string;
  /** `azureml:name:version` or `azureml:name@label`: a registered environment. */
  readonly reference?: string;
  /** A container image. */
  readonly image?: string;
  /** The conda specification: read from `conda_file` (then `condaFile` says where), or given inline. */
  readonly conda?: unknown;
  /** Where the conda specification was read; absolute. */
  readonly condaFile?: string;
  /** A folder that an image is built from. */
  readonly build?: BuildSpec;
  /** What it is for. */
  readonly description?: string;
  /** Tags, by name. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What work is given to run on. */
export interface Resources {
  /** Number of nodes. Default 1. */
  readonly instanceCount: number;
  /** Cloud only: the kind of machine. */
  readonly instanceType?: string;
  /** Size of the shared memory of a container. */
  readonly shmSize?: string;
  /** Further arguments of `docker run`. */
  readonly dockerArgs?: string;
  /** Cloud only. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Where a definition stands, for messages at run time. */
export interface SourcePosition {
  /** Absolute. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

/** What a step was made from. */
export interface ComponentOrigin {
  /** Its name. */
  readonly name?: string;
  /** Its version. */
  readonly version?: string;
  /** The name that people see. */
  readonly displayName?: string;
  /** What it is for. */
  readonly description?: string;
  /** The component's file; absent for one that was registered or built in TypeScript. */
  readonly file?: string;
  /** False: the step is never reused. Default true. */
  readonly isDeterministic: boolean;
  /** Tags, by name. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** How the files of a folder are read as rows: an MLTable that does not say where they are. */
export interface TableView {
  /** Only these files: a pattern, relative to the folder. */
  readonly pattern: string;
  /** As in an MLTable; judged when the rows are read. */
  readonly transformations: readonly Readonly<Record<string, unknown>>[];
}

/** What every step has. */
export interface StepCommon {
  /** The name that people see. */
  readonly displayName?: string;
  /** What it is for. */
  readonly description?: string;
  /** Tags, by name. */
  readonly tags: Readonly<Record<string, string>>;
  /** Properties, by name. */
  readonly properties: Readonly<Record<string, string>>;
  /** The experiment that it is filed under. */
  readonly experimentName?: string;
  /** Where it runs. Absent: as the pipeline says, else here. */
  readonly compute?: string;
  /** What it was made from. */
  readonly component: ComponentOrigin;
  /** The inputs that are declared, by name. */
  readonly inputPorts: Readonly<Record<string, InputPort>>;
  /** The outputs that are declared, by name. */
  readonly outputPorts: Readonly<Record<string, OutputPort>>;
  /** What each input was given, by name. */
  readonly inputs: Readonly<Record<string, InputValue>>;
  /** Where each output goes, by name. */
  readonly outputs: Readonly<Record<string, OutputValue>>;
  /** Names of steps of the same pipeline that must have completed before, though nothing of them is read (v1 `StepSequence`). */
  readonly runAfter?: readonly string[];
  /** By input: folders that the step reads as rows. Where a folder is can change from run to run; how it is read cannot. */
  readonly tables?: Readonly<Record<string, TableView>>;
  /** By output: tags of the data asset that it is registered as. */
  readonly outputTags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where it is written. */
  readonly source?: SourcePosition;
  /** What only a cloud gives meaning to. */
  readonly cloudOnly: CloudOnly;
}

/** The files a step runs with: copied into the job before it starts, so that editing them during a run changes nothing. */
export interface CodeSpec {
  /** Absolute folder, or a single file. */
  readonly path: string;
  /** Further files and folders, laid beside it (a component's `additional_includes`). */
  readonly additionalIncludes: readonly string[];
}

/** What the entry script's logger writes. */
export type LoggingLevel = 'DEBUG' | 'INFO' | 'WARNING';

/** A script with `run(mini_batch)`. */
export interface RunFunctionTask {
  readonly type: 'run_function';
  /** What the processes run with. */
  readonly code?: CodeSpec;
  /** Relative to the code folder. */
  readonly entryScript: string;
  /** References unresolved. */
  readonly programArguments: readonly ProgramArgument[];
  /** What the processes run in. Absent: this machine as it is. */
  readonly environment?: EnvironmentSpec;
  /** The output that receives the returned rows as one file (`${{outputs.x}}` → `x`). Absent: summary only. */
  readonly appendRowTo?: string;
}

/** An MLflow-format model folder, or a model file of a known kind, scored without a script. */
export interface ModelTask {
  readonly type: 'model';
  /** Absolute path, `azureml:` name, or `${{inputs.x}}`. */
  readonly model: string;
  /** References unresolved. */
  readonly programArguments: readonly ProgramArgument[];
  /** What the processes run in. Absent: this machine as it is. */
  readonly environment?: EnvironmentSpec;
  /** The output that receives the returned rows as one file. Absent: summary only. */
  readonly appendRowTo?: string;
}

/** What runs on each mini-batch. */
export type ParallelTaskSpec = RunFunctionTask | ModelTask;

/**
 * Settings of a parallel step; meaning and defaults in `docs/job-yaml.md`.
 * Numbers of v1 and v2 are already brought to one meaning here (v1 `run_max_try` 3 is `maxRetries` 2).
 */
export interface ParallelSettings {
  /** Names of the inputs that are split, each by itself, in this order. Empty only with `rankMiniBatchCount`. */
  readonly inputData: readonly string[];
  /** Items for files, bytes for tables. Default: 10 files, or 1 MB. */
  readonly miniBatchSize: MiniBatchSize;
  /** One mini-batch for each combination of their values; wins over the size. Empty: none. */
  readonly partitionKeys: readonly string[];
  /** v1: the dataset's own partition format, for inputs that are not MLTables. By input name. */
  readonly partitionFormats?: Readonly<Record<string, string>>;
  /** Failed items tolerated; -1: any number. */
  readonly errorThreshold: number;
  /** Mini-batches failed for good that are tolerated; -1: any number. */
  readonly miniBatchErrorThreshold: number;
  /** Percent of all mini-batches, 0–100. Default 100. */
  readonly allowedFailedPercent: number;
  /** Attempts after the first. Default 2. */
  readonly maxRetries: number;
  /** Seconds that one `run()` may take. Default 60, at most 259200. */
  readonly timeout: number;
  /** What becomes of a mini-batch that failed for good: its items are tried apart. Absent: it fails as a whole, as Azure has it. */
  readonly onFailure?: 'isolate';
  /** Worker processes on a node. Absent: its CPU cores, or one per GPU where there are GPUs. */
  readonly maxConcurrencyPerInstance?: number;
  /** What the entry script's logger writes. */
  readonly loggingLevel: LoggingLevel;
  /** `append_row_file_name` of v1; absent: the output path's own name, else `parallel_run_step.txt`. */
  readonly appendRowFileName?: string;
  /** Those predefined arguments of `program_arguments` that have no key of their own in YAML. */
  readonly predefined: PredefinedArguments;
}

/** Arguments inside `program_arguments` that configure the engine; they never reach the script. */
export interface PredefinedArguments {
  /** Seconds for loading a mini-batch's data before `run()`. Default 600. */
  readonly taskOverheadTimeout: number;
  /** Seconds without any finished mini-batch after which the job fails. Absent: derived from the timeout. */
  readonly progressUpdateTimeout?: number;
  /** N > 0: no input is read; `run` is called N times with an empty list. Default 0. */
  readonly rankMiniBatchCount: number;
  /** Seconds from job start to the first mini-batch. Default 600. */
  readonly firstTaskCreationTimeout: number;
  /** Seconds between samples of CPU, memory and GPU; 0 is off. Default 600. */
  readonly resourceMonitorInterval: number;
  /** The step's logs also in the pipeline's own record. */
  readonly copyLogsToParent: boolean;
  /** The step's metrics also in the pipeline's own record. */
  readonly pushMetricsToParent: boolean;
  /** What names of metrics begin with there. */
  readonly metricsNamePrefix?: string;
  /** A mini-batch that returns fewer rows than it got is a failed attempt. Ours; default false. */
  readonly failOnShortReturn: boolean;
}

/** A script, or a model, over all mini-batches of its inputs. */
export interface ParallelStep extends StepCommon {
  readonly type: 'parallel';
  /** What runs on each mini-batch. */
  readonly task: ParallelTaskSpec;
  /** How mini-batches are made, run and counted. */
  readonly settings: ParallelSettings;
  /** Of the processes, by name. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** What it runs on. */
  readonly resources: Resources;
}

/** How the processes of a command find each other. */
export type Distribution =
  /** Under `mpirun`: so many processes on each node. */
  | { readonly type: 'mpi'; readonly processCountPerInstance: number }
  /** With `RANK` and its like: so many processes on each node. */
  | { readonly type: 'pytorch'; readonly processCountPerInstance: number }
  /** With `TF_CONFIG`: counts over all nodes. */
  | { readonly type: 'tensorflow'; readonly workerCount: number; readonly parameterServerCount: number };

/** A bash command. */
export interface CommandStep extends StepCommon {
  readonly type: 'command';
  /** A bash command with expressions unresolved. */
  readonly command: string;
  /** What the processes run with. */
  readonly code?: CodeSpec;
  /** What the processes run in. Absent: this machine as it is. */
  readonly environment?: EnvironmentSpec;
  /** Of the processes, by name. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Absent: one process. */
  readonly distribution?: Distribution;
  /** What it runs on. */
  readonly resources: Resources;
  /** Seconds; past it every process of the step is killed and the step fails. */
  readonly timeout?: number;
}

/** A pipeline as a step of another. */
export interface PipelineStep extends StepCommon {
  readonly type: 'pipeline';
  /** The steps, by name. */
  readonly steps: Readonly<Record<string, Step>>;
  /** How the steps are run. */
  readonly settings: PipelineSettings;
}

/** A step of a pipeline. */
export type Step = ParallelStep | CommandStep | PipelineStep;

/** How the steps of a pipeline are run. */
export interface PipelineSettings {
  /** Where steps run that do not say it themselves. */
  readonly defaultCompute?: string;
  /** Where outputs go that do not say it themselves. */
  readonly defaultDatastore?: string;
  /** Go on with steps that do not depend on a failed one. Default false. */
  readonly continueOnStepFailure: boolean;
  /** Run every step, also those whose finished outputs could be taken. Default false. */
  readonly forceRerun: boolean;
  /** Unknown keys, kept. */
  readonly other: CloudOnly;
}

/**
 * A job. A standalone parallel or command job is a pipeline job whose only step is called `main`
 * (`standalone` is then true, and its inputs and outputs are the step's own).
 */
export interface JobSpec {
  /** Unique in its home. Absent: made up when the job is created. */
  readonly name?: string;
  /** The name that people see. */
  readonly displayName?: string;
  /** What it is for. */
  readonly description?: string;
  /** The experiment that it is filed under. */
  readonly experimentName?: string;
  /** Tags, by name. */
  readonly tags: Readonly<Record<string, string>>;
  /** Properties, by name. */
  readonly properties: Readonly<Record<string, string>>;
  /** It is one step, and no pipeline. */
  readonly standalone: boolean;
  /** The inputs that are declared, by name. */
  readonly inputPorts: Readonly<Record<string, InputPort>>;
  /** The outputs that are declared, by name. */
  readonly outputPorts: Readonly<Record<string, OutputPort>>;
  /** What each input was given, by name. */
  readonly inputs: Readonly<Record<string, InputValue>>;
  /** Where each output goes, by name. */
  readonly outputs: Readonly<Record<string, OutputValue>>;
  /** The steps, by name. */
  readonly steps: Readonly<Record<string, Step>>;
  /** How the steps are run. */
  readonly settings: PipelineSettings;
  /** Where it runs. Absent: as the pipeline says, else here. */
  readonly compute?: string;
  /** The file it was read from. */
  readonly source?: string;
  /** What only a cloud gives meaning to. */
  readonly cloudOnly: CloudOnly;
}

/** A component file: a step without values. */
export interface ComponentSpec {
  /** What a use of it starts from. */
  readonly step: Step;
  /**
   * Kept when settings inside are bound to inputs: they are known only where the component is used, and there it is built again
   * from this.
   */
  readonly definition?: ComponentDefinition;
}

/** A component as it was written. */
export interface ComponentDefinition {
  /** Its keys, as YAML has them. */
  readonly value: Readonly<Record<string, unknown>>;
  /** What relative paths in it are relative to; absolute. */
  readonly baseDirectory: string;
  /** The file it was read from; absolute. */
  readonly file?: string;
}
