/** The settings of a parallel step, as they are given and with their defaults. */
import type { Parameterized, PipelineParameter } from '../data/pipeline-parameter.ts';
import type { ComputeTarget } from './compute-target.ts';
import type { Environment } from './environment.ts';

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

/** The settings with their defaults. */
export interface ParallelRunSettings extends ParallelRunConfigOptions {
  readonly loggingLevel: Parameterized<string>;
  readonly runInvocationTimeout: Parameterized<number>;
  readonly runMaxTry: Parameterized<number>;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** The output action, in whatever case it was written. */
  readonly appendsRows: boolean;
}
