import { computeName } from '../config/compute-target.ts';
import { ParallelRunConfig } from '../config/parallel-run-config.ts';
import { appendsRows, type ParallelRunSettings } from '../config/parallel-run-options.ts';
import { InputSource } from '../data/input-source.ts';
import { type Argument, asOutput, type StepInput, type StepOutput } from '../data/inputs.ts';
import { PipelineParameter } from '../data/pipeline-parameter.ts';
import { moduleDefOf, moduleOptions } from '../graph/describe-module.ts';
import type { ModuleDef, ModuleDefArguments } from '../graph/module-def.ts';
import { invalid } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, instance, judgedLater, optional, rule } from '../options/rules.ts';
import { inputList } from './command-work-step.ts';
import { checkArguments, checkInputs, checkStepName, findScript } from './parallel-run-rules.ts';
import { PipelineStep } from './pipeline-step.ts';

/** What a ParallelRunStep is made from. Source: azureml.pipeline.steps.ParallelRunStep. */
export interface ParallelRunStepOptions {
  /** Unique in the pipeline; 3 to 32 lower-case letters, digits and dashes, beginning with a letter and not ending with a dash. */
  readonly name: string;
  /** How it is processed; the step has the settings that its config has now. */
  readonly parallelRunConfig: ParallelRunConfig;
  /** What is split: one or more, all files or all rows; each is split by itself, in this order. */
  readonly inputs: readonly StepInput[];
  /** Required unless the output action is `summary_only`. */
  readonly output?: StepOutput | undefined;
  /** What is read and not split. Default: none. */
  readonly sideInputs?: readonly StepInput[] | undefined;
  /** Of the script. They begin with an option (`--name`). Default: none. */
  readonly arguments?: readonly Argument[] | undefined;
  /** Take the outputs of a finished step with the same settings, code and data. Default: true. */
  readonly allowReuse?: boolean | undefined;
}

const OPTIONS = new Options<ParallelRunStepOptions>('ParallelRunStep', {
  name: judgedLater(),
  parallelRunConfig: instance(ParallelRunConfig),
  inputs: inputList,
  output: optional(rule<StepOutput>('a PipelineData or an OutputFileDatasetConfig', (value) => value instanceof InputSource)),
  sideInputs: optional(inputList),
  arguments: optional(rule<readonly Argument[]>('a list', Array.isArray)),
  allowReuse: optional(flag),
});

const METADATA = 'BatchInferencingMetaData';

/**
 * A step that runs a script's `run(mini_batch)` over all mini-batches of its inputs. Values in Python's order
 * (name, parallelRunConfig, inputs, output, sideInputs, arguments, allowReuse), or options.
 *
 * Source: azureml.pipeline.steps.ParallelRunStep.
 */
export class ParallelRunStep extends PipelineStep {
  /** As given. What is changed in it later is of later steps. */
  readonly parallelRunConfig: ParallelRunConfig;
  readonly #settings: ParallelRunSettings;

  /** @throws RequestError for a wrong value, and for a script or an output that is missing. */
  constructor(
    ...given:
      | readonly [options: ParallelRunStepOptions]
      | readonly [name: string, parallelRunConfig: ParallelRunConfig, options: Omit<ParallelRunStepOptions, 'name' | 'parallelRunConfig'>]
      | readonly [name: string, parallelRunConfig: ParallelRunConfig, inputs: readonly StepInput[], output?: StepOutput]
  ) {
    const raw = arranged(OPTIONS.of, OPTIONS.names, given);
    checkStepName(raw.name);
    const options = OPTIONS.judge({ inputs: [], ...raw });
    const { name, parallelRunConfig: config, inputs, output, sideInputs = [], arguments: args = [], allowReuse } = options;
    const settings: ParallelRunSettings = { ...config };
    checkArguments(args);
    checkInputs(inputs, args, settings);
    if (output === undefined && appendsRows(settings)) {
      throw invalid(
        'output',
        'The output action append_row needs an output for the rows.',
        "Give one, or set outputAction: 'summary_only'.",
      );
    }
    if (output !== undefined && asOutput(output).source !== undefined) {
      throw invalid('output', 'The rows of a parallel step are written by the engine: its output has no source and no sourceGlobs.');
    }
    const code = findScript(settings.sourceDirectory, settings.entryScript);
    super({
      name,
      inputs: [...inputs, ...sideInputs],
      split: inputs,
      outputs: output === undefined ? [] : [output],
      arguments: args,
      allowReuse,
      work: { kind: 'parallel', settings, ...code },
    });
    this.parallelRunConfig = config;
    this.#settings = settings;
  }

  /** What the step is, as a module of a graph. @throws RequestError for a wrong option. */
  override createModuleDef(...given: ModuleDefArguments): ModuleDef {
    const options = moduleOptions(given);
    const metadata = { name: METADATA, defaultValue: 'None', isMetadataParam: true };
    const paramDefs = [...(options.paramDefs ?? []), metadata];
    return moduleDefOf(this, { moduleType: 'BatchInferencing', stepType: 'PythonScriptStep' }, { ...options, paramDefs });
  }

  /** Values of parameters of its node that are not their defaults, by name. */
  override get nodeValues(): Readonly<Record<string, unknown>> {
    return { [METADATA]: this.#metadata() };
  }

  /** The step's settings in one text, parameters as their default values. */
  #metadata(): string {
    const config = this.#settings;
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
