import type { Parameterized, PipelineParameter } from '../data/pipeline-parameter.ts';
import type { Workspace } from '../workspace.ts';
import type { ComputeTarget } from './compute-target.ts';
import { checkConfig } from './config-rules.ts';
import { readConfig, writeConfig } from './config-yaml.ts';
import type { Environment } from './environment.ts';
import type { ParallelRunConfigOptions, ParallelRunSettings } from './parallel-run-options.ts';

/** How a parallel step is processed. @throws RequestError for a wrong value. */
export class ParallelRunConfig implements ParallelRunSettings {
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
    // Programs without types give null for what they leave out.
    this.processCountPerNode = options.processCountPerNode ?? undefined;
    this.miniBatchSize = options.miniBatchSize ?? undefined;
    this.partitionKeys = options.partitionKeys ?? undefined;
    this.sourceDirectory = options.sourceDirectory?.trim();
    this.description = options.description ?? undefined;
    this.loggingLevel = options.loggingLevel ?? 'INFO';
    this.runInvocationTimeout = options.runInvocationTimeout ?? 60;
    this.runMaxTry = options.runMaxTry ?? 3;
    this.appendRowFileName = options.appendRowFileName ?? undefined;
    this.allowedFailedCount = options.allowedFailedCount ?? undefined;
    this.allowedFailedPercent = options.allowedFailedPercent ?? undefined;
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
