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

export type DataType = 'uri_file' | 'uri_folder' | 'mltable' | 'mlflow_model' | 'custom_model' | 'triton_model';
export type PrimitiveType = 'string' | 'number' | 'integer' | 'boolean';
export type Literal = string | number | boolean;
export type InputMode = 'ro_mount' | 'rw_mount' | 'download' | 'direct' | 'eval_mount' | 'eval_download';
export type OutputMode = 'mount' | 'rw_mount' | 'upload' | 'direct';

export interface InputPort {
  readonly type: DataType | PrimitiveType;
  readonly description?: string;
  readonly optional: boolean;
  readonly default?: Literal;
  readonly enum?: readonly Literal[];
  readonly min?: number;
  readonly max?: number;
  readonly mode?: InputMode;
}

export interface OutputPort {
  readonly type: DataType;
  readonly description?: string;
  readonly mode?: OutputMode;
}

/** What an input was given. */
export type InputValue =
  | { readonly kind: 'literal'; readonly value: Literal }
  /** Data named by a path: a local path (absolute), `azureml:name:version`, `azureml:name@label`, or an `azureml://` URI. */
  | { readonly kind: 'data'; readonly type: DataType; readonly path: string; readonly mode?: InputMode }
  /** Text with at least one `${{ … }}`, resolved when the step is bound. `type` and `mode` only where the author gave them. */
  | { readonly kind: 'expression'; readonly text: string; readonly type?: DataType; readonly mode?: InputMode };

/** Where an output goes. All parts are optional: an output of a step needs no more than its name. */
export interface OutputValue {
  readonly type?: DataType;
  readonly mode?: OutputMode;
  /** A path template (may hold `${{name}}`, `${{default_datastore}}` …) or an absolute local path. */
  readonly path?: string;
  /** `${{parent.outputs.x}}`: the step's output is the pipeline's output x. */
  readonly binding?: string;
  /** Register the finished output as a data asset under this name (and version). */
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
}

/** Accepted, validated and kept, without meaning on our computes (`identity`, `services`, `docker_args` …). */
export type CloudOnly = Readonly<Record<string, unknown>>;

export interface EnvironmentSpec {
  readonly name?: string;
  readonly version?: string;
  /** `azureml:name:version` or `azureml:name@label`: a registered environment. */
  readonly reference?: string;
  readonly image?: string;
  /** The conda specification: read from `conda_file` (then `condaFile` says where), or given inline. */
  readonly conda?: unknown;
  readonly condaFile?: string;
  readonly build?: { readonly path: string; readonly dockerfilePath?: string };
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Resources {
  /** Number of nodes. Default 1. */
  readonly instanceCount: number;
  readonly instanceType?: string;
  readonly shmSize?: string;
  readonly dockerArgs?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Where a definition stands, for messages at run time. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ComponentOrigin {
  readonly name?: string;
  readonly version?: string;
  readonly displayName?: string;
  readonly description?: string;
  /** The component's file; absent for one that was registered or built in TypeScript. */
  readonly file?: string;
  /** False: the step is never reused. Default true. */
  readonly isDeterministic: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** How the files of a folder are read as rows: an MLTable that does not say where they are. */
export interface TableView {
  /** Only these files: a pattern, relative to the folder. */
  readonly pattern: string;
  /** As in an MLTable; judged when the rows are read. */
  readonly transformations: readonly Readonly<Record<string, unknown>>[];
}

interface StepCommon {
  readonly displayName?: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  readonly experimentName?: string;
  readonly compute?: string;
  readonly component: ComponentOrigin;
  readonly inputPorts: Readonly<Record<string, InputPort>>;
  readonly outputPorts: Readonly<Record<string, OutputPort>>;
  readonly inputs: Readonly<Record<string, InputValue>>;
  readonly outputs: Readonly<Record<string, OutputValue>>;
  /** Names of steps of the same pipeline that must have completed before, though nothing of them is read (v1 `StepSequence`). */
  readonly runAfter?: readonly string[];
  /** By input: folders that the step reads as rows. Where a folder is can change from run to run; how it is read cannot. */
  readonly tables?: Readonly<Record<string, TableView>>;
  /** By output: tags of the data asset that it is registered as. */
  readonly outputTags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly source?: SourcePosition;
  readonly cloudOnly: CloudOnly;
}

/** The files a step runs with: copied into the job before it starts, so that editing them during a run changes nothing. */
export interface CodeSpec {
  /** Absolute folder, or a single file. */
  readonly path: string;
  /** Further files and folders, laid beside it (a component's `additional_includes`). */
  readonly additionalIncludes: readonly string[];
}

export type LoggingLevel = 'DEBUG' | 'INFO' | 'WARNING';

export interface RunFunctionTask {
  readonly type: 'run_function';
  readonly code?: CodeSpec;
  /** Relative to the code folder. */
  readonly entryScript: string;
  /** References unresolved. */
  readonly programArguments: readonly ProgramArgument[];
  readonly environment?: EnvironmentSpec;
  /** The output that receives the returned rows as one file (`${{outputs.x}}` → `x`). Absent: summary only. */
  readonly appendRowTo?: string;
}

/** An MLflow-format model folder, or a model file of a known kind, scored without a script. */
export interface ModelTask {
  readonly type: 'model';
  /** Absolute path, `azureml:` name, or `${{inputs.x}}`. */
  readonly model: string;
  readonly programArguments: readonly ProgramArgument[];
  readonly environment?: EnvironmentSpec;
  readonly appendRowTo?: string;
}

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
  /** Worker processes on a node. Absent: its CPU cores, or one per GPU where there are GPUs. */
  readonly maxConcurrencyPerInstance?: number;
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
  readonly copyLogsToParent: boolean;
  readonly pushMetricsToParent: boolean;
  readonly metricsNamePrefix?: string;
  /** A mini-batch that returns fewer rows than it got is a failed attempt. Ours; default false. */
  readonly failOnShortReturn: boolean;
}

export interface ParallelStep extends StepCommon {
  readonly type: 'parallel';
  readonly task: ParallelTaskSpec;
  readonly settings: ParallelSettings;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly resources: Resources;
}

export type Distribution =
  | { readonly type: 'mpi'; readonly processCountPerInstance: number }
  | { readonly type: 'pytorch'; readonly processCountPerInstance: number }
  | { readonly type: 'tensorflow'; readonly workerCount: number; readonly parameterServerCount: number };

export interface CommandStep extends StepCommon {
  readonly type: 'command';
  /** A bash command with expressions unresolved. */
  readonly command: string;
  readonly code?: CodeSpec;
  readonly environment?: EnvironmentSpec;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly distribution?: Distribution;
  readonly resources: Resources;
  /** Seconds; past it every process of the step is killed and the step fails. */
  readonly timeout?: number;
}

export interface PipelineStep extends StepCommon {
  readonly type: 'pipeline';
  readonly steps: Readonly<Record<string, Step>>;
  readonly settings: PipelineSettings;
}

export type Step = ParallelStep | CommandStep | PipelineStep;

export interface PipelineSettings {
  readonly defaultCompute?: string;
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
  readonly name?: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly experimentName?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  readonly standalone: boolean;
  readonly inputPorts: Readonly<Record<string, InputPort>>;
  readonly outputPorts: Readonly<Record<string, OutputPort>>;
  readonly inputs: Readonly<Record<string, InputValue>>;
  readonly outputs: Readonly<Record<string, OutputValue>>;
  readonly steps: Readonly<Record<string, Step>>;
  readonly settings: PipelineSettings;
  readonly compute?: string;
  /** The file it was read from. */
  readonly source?: string;
  readonly cloudOnly: CloudOnly;
}

/** A component file: a step without values. */
export interface ComponentSpec {
  readonly step: Step;
  /**
   * Kept when settings inside are bound to inputs: they are known only where the component is used, and there it is built again
   * from this.
   */
  readonly definition?: ComponentDefinition;
}

/** A component as it was written. */
export interface ComponentDefinition {
  readonly value: Readonly<Record<string, unknown>>;
  /** What relative paths in it are relative to; absolute. */
  readonly baseDirectory: string;
  readonly file?: string;
}
