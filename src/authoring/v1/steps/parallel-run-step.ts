import { computeName } from '../config/compute-target.ts';
import { ParallelRunConfig } from '../config/parallel-run-config.ts';
import type { Argument, StepInput, StepOutput } from '../data/inputs.ts';
import { PipelineParameter } from '../data/pipeline-parameter.ts';
import { moduleDefOf } from '../graph/describe-module.ts';
import type { ModuleDef, ModuleDefOptions } from '../graph/module-def.ts';
import { invalid, shown } from '../invalid.ts';
import { checkArguments, checkInputs, checkStepName, findScript } from './parallel-run-rules.ts';
import { PipelineStep } from './pipeline-step.ts';

export interface ParallelRunStepOptions {
  /** Unique in the pipeline; 3 to 32 lower-case letters, digits and dashes. */
  readonly name: string;
  readonly parallelRunConfig: ParallelRunConfig;
  /** What is split: one or more, all files or all rows; each is split by itself, in this order. */
  readonly inputs: readonly StepInput[];
  /** Required unless the output action is `summary_only`. */
  readonly output?: StepOutput | undefined;
  /** What is read and not split. */
  readonly sideInputs?: readonly StepInput[] | undefined;
  /** Of the script. They begin with an option (`--name`). */
  readonly arguments?: readonly Argument[] | undefined;
  /** Default: true. */
  readonly allowReuse?: boolean | undefined;
}

const METADATA = 'BatchInferencingMetaData';

/** A step that runs a script's `run(mini_batch)` over all mini-batches of its inputs. @throws RequestError for a wrong value. */
export class ParallelRunStep extends PipelineStep {
  readonly parallelRunConfig: ParallelRunConfig;

  constructor(options: ParallelRunStepOptions) {
    const { name, parallelRunConfig: config, inputs = [], output, sideInputs = [], arguments: args = [], allowReuse } = options;
    checkStepName(name);
    if (!(config instanceof ParallelRunConfig)) throw invalid('parallelRunConfig', `Expected a ParallelRunConfig, found ${shown(config)}.`);
    checkArguments(args);
    checkInputs(inputs, args, config);
    if (output === undefined && config.appendsRows) {
      throw invalid(
        'output',
        'The output action append_row needs an output for the rows.',
        "Give one, or set outputAction: 'summary_only'.",
      );
    }
    const code = findScript(config.sourceDirectory, config.entryScript);
    super({
      name,
      inputs: [...inputs, ...sideInputs],
      split: inputs,
      outputs: output === undefined ? [] : [output],
      arguments: args,
      allowReuse,
      work: { kind: 'parallel', settings: config, ...code },
    });
    this.parallelRunConfig = config;
  }

  override createModuleDef(options: ModuleDefOptions = {}): ModuleDef {
    const metadata = { name: METADATA, defaultValue: 'None', isMetadataParam: true };
    const paramDefs = [...(options.paramDefs ?? []), metadata];
    return moduleDefOf(this, { moduleType: 'BatchInferencing', stepType: 'PythonScriptStep' }, { ...options, paramDefs });
  }

  override get nodeValues(): Readonly<Record<string, unknown>> {
    return { [METADATA]: this.#metadata() };
  }

  /** The step's settings in one text, parameters as their default values. */
  #metadata(): string {
    const config = this.parallelRunConfig;
    const plain = (value: unknown): unknown =>
      value instanceof PipelineParameter ? value.defaultValue : Array.isArray(value) ? JSON.stringify(value) : value;
    return JSON.stringify({
      Name: this.name,
      ComputeName: computeName(config.computeTarget),
      EntryScript: config.entryScript,
      NodeCount: plain(config.nodeCount),
      ProcessCountPerNode: plain(config.processCountPerNode),
      MiniBatchSize: plain(config.miniBatchSize),
      PartitionKeys: plain(config.partitionKeys),
      ErrorThreshold: config.errorThreshold,
      AllowedFailedCount: config.allowedFailedCount,
      AllowedFailedPercent: config.allowedFailedPercent,
      OutputAction: config.outputAction,
      EnvironmentName: config.environment.name,
      EnvironmentVersion: config.environment.version,
      RunInvocationTimeout: plain(config.runInvocationTimeout),
      RunMaxTry: plain(config.runMaxTry),
      LoggingLevel: plain(config.loggingLevel),
    });
  }
}
