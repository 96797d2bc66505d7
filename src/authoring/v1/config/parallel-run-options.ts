/** The settings of a parallel step, as they are given and with their defaults. */
import type { Literal } from '../../../language/types.ts';
import type { Parameterized, PipelineParameter } from '../data/pipeline-parameter.ts';
import type { ComputeTarget } from './compute-target.ts';
import type { Environment } from './environment.ts';

/** What a ParallelRunConfig is made from. Source: azureml.pipeline.steps.ParallelRunConfig. */
export interface ParallelRunConfigOptions {
  /** What the workers run in. */
  readonly environment: Environment;
  /**
   * The script with `init()` and `run(mini_batch)`: Python, TypeScript or JavaScript. Relative to `sourceDirectory`; without one,
   * to the working directory.
   */
  readonly entryScript: string;
  /** Failed items that are tolerated, an integer from -1 on; -1: any number. With one more the step fails. */
  readonly errorThreshold: number;
  /** `append_row`: the returned rows become one file. `summary_only`: they are only counted. In any case of letters. */
  readonly outputAction: string;
  /** Where the step runs: the name of a compute, or what has one. */
  readonly computeTarget: ComputeTarget;
  /** Number of nodes, from 1 on; on one machine: logical nodes. */
  readonly nodeCount: Parameterized<number>;
  /** Worker processes on a node, from 1 on. Default: its CPU cores, or one for each GPU. */
  readonly processCountPerNode?: Parameterized<number> | undefined;
  /** A number of files, or for rows an approximate size such as `10KB`. Default: 10 files, or 1 MB. Not together with `partitionKeys`. */
  readonly miniBatchSize?: Parameterized<string | number> | undefined;
  /** One mini-batch for each combination of values of these columns. A parameter's default is the JSON text of a list. Default: none. */
  readonly partitionKeys?: readonly string[] | PipelineParameter | undefined;
  /** The folder of the script and what it needs; it is copied when the job starts. Default: the script's own folder. */
  readonly sourceDirectory?: string | undefined;
  /** For people. */
  readonly description?: string | undefined;
  /** DEBUG, INFO or WARNING. Default: INFO. */
  readonly loggingLevel?: Parameterized<string> | undefined;
  /** Seconds that one `run()` may take, 1 to 259200. Default: 60. */
  readonly runInvocationTimeout?: Parameterized<number> | undefined;
  /** Tries of a mini-batch in all, from 1 on. Default: 3. */
  readonly runMaxTry?: Parameterized<number> | undefined;
  /** The file of the returned rows. Default: `parallel_run_step.txt`. */
  readonly appendRowFileName?: string | undefined;
  /** Mini-batches failed for good that are tolerated, from -1 on; -1: any number (the default). */
  readonly allowedFailedCount?: number | undefined;
  /** Percent of all mini-batches that may fail, 0 to 100 (the default); judged once all mini-batches are known. */
  readonly allowedFailedPercent?: number | undefined;
  /** Of the workers. Values become text. Default: none. */
  readonly environmentVariables?: Readonly<Record<string, Literal>> | undefined;
}

/** The settings with their defaults. */
export interface ParallelRunSettings extends ParallelRunConfigOptions {
  /** DEBUG, INFO or WARNING. */
  readonly loggingLevel: Parameterized<string>;
  /** Seconds that one `run()` may take. */
  readonly runInvocationTimeout: Parameterized<number>;
  /** Tries of a mini-batch in all. */
  readonly runMaxTry: Parameterized<number>;
  /** Of the workers. */
  readonly environmentVariables: Readonly<Record<string, Literal>>;
}

/** Whether the returned rows become one file. */
export function appendsRows({ outputAction }: Pick<ParallelRunConfigOptions, 'outputAction'>): boolean {
  return outputAction.toLowerCase() === 'append_row';
}
