import { RequestError } from '../../errors/types.ts';
import { parseProgramArguments } from '../../language/arguments/parse.ts';
import { engineSettings } from '../../language/arguments/predefined.ts';
import type { ParallelStep } from '../../language/types.ts';
import { commonParts } from './compile/common.ts';
import type { Compilation } from './compile/compilation.ts';
import { parallelSettings } from './compile/parallel-settings.ts';
import { StepBindings } from './compile/step-bindings.ts';
import { computeName } from './compute-target.ts';
import type { DatasetConsumptionConfig } from './consumption.ts';
import type { Datastore } from './datastore.ts';
import { environmentSpec } from './environment.ts';
import type { Graph } from './graph.ts';
import { type Argument, asOutput, type StepInput, type StepOutput } from './inputs.ts';
import { invalid, shown } from './invalid.ts';
import { type ModuleDef, type ModuleDefOptions, moduleDefOf } from './module-def.ts';
import type { ModuleNode } from './module-node.ts';
import { ParallelRunConfig } from './parallel-run-config.ts';
import { checkArguments, checkInputs, checkStepName, findScript } from './parallel-run-rules.ts';
import { PipelineParameter } from './pipeline-parameter.ts';
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
  readonly #split: readonly DatasetConsumptionConfig[];
  readonly #code: { readonly directory: string; readonly script: string };

  constructor(options: ParallelRunStepOptions) {
    const { name, parallelRunConfig: config, inputs, output, sideInputs = [], arguments: args = [], allowReuse } = options;
    checkStepName(name);
    if (!(config instanceof ParallelRunConfig)) throw invalid('parallelRunConfig', `Expected a ParallelRunConfig, found ${shown(config)}.`);
    checkArguments(args);
    const split = checkInputs(inputs ?? [], args, config);
    if (output === undefined && config.appendsRows) {
      throw invalid(
        'output',
        'The output action append_row needs an output for the rows.',
        "Give one, or set outputAction: 'summary_only'.",
      );
    }
    const code = findScript(config.sourceDirectory, config.entryScript);
    super({ name, inputs: [...split, ...sideInputs], outputs: output === undefined ? [] : [output], arguments: args, allowReuse });
    this.parallelRunConfig = config;
    this.#split = split;
    this.#code = code;
  }

  override get hasUniqueName(): boolean {
    return true;
  }

  settingParameters(): readonly PipelineParameter[] {
    const { nodeCount, processCountPerNode, miniBatchSize, partitionKeys, loggingLevel, runInvocationTimeout, runMaxTry } =
      this.parallelRunConfig;
    const settings = [nodeCount, processCountPerNode, miniBatchSize, partitionKeys, loggingLevel, runInvocationTimeout, runMaxTry];
    return settings.filter((setting) => setting instanceof PipelineParameter);
  }

  toSpec(compilation: Compilation): ParallelStep {
    const config = this.parallelRunConfig;
    const bindings = new StepBindings(this, compilation, this.#split);
    const { arguments: programArguments, mistakes } = parseProgramArguments(bindings.words(this.arguments).join(' '));
    const engine = engineSettings(programArguments, () => 'unknown');
    const wrong = [...mistakes.map(({ message }) => message), ...engine.mistakes, ...engine.unknown];
    if (wrong.length > 0)
      throw new RequestError(wrong.map((message) => ({ code: 'invalid-argument', path: `${this.name}.arguments`, message })));
    const { settings, nodeCount } = parallelSettings(config, bindings);
    const [output] = this.outputs;
    return {
      type: 'parallel',
      ...commonParts(bindings),
      ...(config.description === undefined ? {} : { description: config.description }),
      compute: computeName(config.computeTarget),
      task: {
        type: 'run_function',
        code: { path: this.#code.directory, additionalIncludes: [] },
        entryScript: this.#code.script,
        programArguments,
        environment: environmentSpec(config.environment),
        ...(config.appendsRows && output !== undefined ? { appendRowTo: asOutput(output).name } : {}),
      },
      settings: {
        ...settings,
        inputData: this.#split.map(({ name }) => name),
        partitionFormats: bindings.partitionFormats,
        predefined: engine.predefined,
      },
      environmentVariables: { ...config.environment.environmentVariables, ...config.environmentVariables },
      resources: { instanceCount: nodeCount },
    };
  }

  override createModuleDef(options: ModuleDefOptions = {}): ModuleDef {
    const metadata = { name: METADATA, defaultValue: 'None', isMetadataParam: true };
    const paramDefs = [...(options.paramDefs ?? []), metadata];
    return moduleDefOf(this, { moduleType: 'BatchInferencing', stepType: 'PythonScriptStep' }, { ...options, paramDefs });
  }

  override createNode(graph: Graph, defaultDatastore?: Datastore, context?: unknown): ModuleNode {
    const node = super.createNode(graph, defaultDatastore, context);
    node.getParam(METADATA).setValue(this.#metadata());
    return node;
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
