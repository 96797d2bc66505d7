import type { ComputeTarget } from './compute-target.ts';
import { checkConfig } from './config-rules.ts';
import { readConfig, writeConfig } from './config-yaml.ts';
import type { Environment } from './environment.ts';
import type { Parameterized, PipelineParameter } from './pipeline-parameter.ts';
import type { Workspace } from './workspace.ts';

export interface ParallelRunConfigOptions {
  readonly environment: Environment;
  /** The script with `init()` and `run(mini_batch)`: Python, TypeScript or JavaScript; relative to `sourceDirectory`. */
  readonly entryScript: string;
  /** Failed items that are tolerated; -1: any number. */
  readonly errorThreshold: number;
  /** `append_row`: the returned rows become one file. `summary_only`: they are only counted. In any case of letters. */
  readonly outputAction: 'append_row' | 'summary_only' | (string & {});
  readonly computeTarget: ComputeTarget;
  /** Number of nodes; on one machine: logical nodes. */
  readonly nodeCount: Parameterized<number>;
  /** Worker processes on a node. Default: its CPU cores, or one for each GPU. */
  readonly processCountPerNode?: Parameterized<number> | undefined;
  /** Files, or for rows an approximate size such as `10KB`. Default: 10 files, or 1 MB. Not together with `partitionKeys`. */
  readonly miniBatchSize?: string | number | PipelineParameter<string> | PipelineParameter<number> | undefined;
  /** One mini-batch for each combination of values. A parameter's default is the JSON text of a list. */
  readonly partitionKeys?: readonly string[] | PipelineParameter<string> | undefined;
  /** The folder of the script and what it needs. */
  readonly sourceDirectory?: string | undefined;
  readonly description?: string | undefined;
  /** Default: INFO. */
  readonly loggingLevel?: Parameterized<string> | undefined;
  /** Seconds that one `run()` may take. Default: 60. */
  readonly runInvocationTimeout?: Parameterized<number> | undefined;
  /** Tries of a mini-batch in all. Default: 3. */
  readonly runMaxTry?: Parameterized<number> | undefined;
  /** Default: `parallel_run_step.txt`. */
  readonly appendRowFileName?: string | undefined;
  /** Mini-batches failed for good that are tolerated; -1: any number (the default). */
  readonly allowedFailedCount?: number | undefined;
  /** Percent of all mini-batches, 0 to 100 (the default). */
  readonly allowedFailedPercent?: number | undefined;
  readonly environmentVariables?: Readonly<Record<string, string>> | undefined;
}

/** How a parallel step is processed. @throws RequestError for a wrong value. */
export class ParallelRunConfig {
  readonly environment: Environment;
  readonly entryScript: string;
  readonly errorThreshold: number;
  readonly outputAction: string;
  readonly computeTarget: ComputeTarget;
  readonly nodeCount: Parameterized<number>;
  readonly processCountPerNode: Parameterized<number> | undefined;
  readonly miniBatchSize: string | number | PipelineParameter<string> | PipelineParameter<number> | undefined;
  readonly partitionKeys: readonly string[] | PipelineParameter<string> | undefined;
  readonly sourceDirectory: string | undefined;
  readonly description: string | undefined;
  readonly loggingLevel: Parameterized<string>;
  readonly runInvocationTimeout: Parameterized<number>;
  readonly runMaxTry: Parameterized<number>;
  readonly appendRowFileName: string | undefined;
  readonly allowedFailedCount: number | undefined;
  readonly allowedFailedPercent: number | undefined;
  environmentVariables: Readonly<Record<string, string>>;

  constructor(options: ParallelRunConfigOptions) {
    checkConfig(options);
    this.environment = options.environment;
    this.entryScript = options.entryScript.trim();
    this.errorThreshold = options.errorThreshold;
    this.outputAction = options.outputAction;
    this.computeTarget = options.computeTarget;
    this.nodeCount = options.nodeCount;
    this.processCountPerNode = options.processCountPerNode;
    this.miniBatchSize = options.miniBatchSize;
    this.partitionKeys = options.partitionKeys;
    this.sourceDirectory = options.sourceDirectory?.trim();
    this.description = options.description;
    this.loggingLevel = options.loggingLevel ?? 'INFO';
    this.runInvocationTimeout = options.runInvocationTimeout ?? 60;
    this.runMaxTry = options.runMaxTry ?? 3;
    this.appendRowFileName = options.appendRowFileName;
    this.allowedFailedCount = options.allowedFailedCount;
    this.allowedFailedPercent = options.allowedFailedPercent;
    this.environmentVariables = options.environmentVariables ?? {};
  }

  get appendsRows(): boolean {
    return this.outputAction.toLowerCase() === 'append_row';
  }

  /** Writes the settings under the one key `parallel_run_config`; parameters are written as their default values. */
  saveToYaml(path: string): void {
    writeConfig(this, path);
  }

  /** @throws RequestError when the file is missing, is no such YAML, or holds a wrong value. */
  static loadYaml(workspace: Workspace, path: string): ParallelRunConfig {
    return new ParallelRunConfig(readConfig(workspace, path));
  }
}
