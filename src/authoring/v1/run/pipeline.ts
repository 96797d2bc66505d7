import { messageOf } from '../../../errors/thrown.ts';
import { defaultExperiment } from '../../../jobs/create.ts';
import { type Compiled, type CompileOptions, compileGraph } from '../compile/compile-graph.ts';
import { Datastore } from '../data/datastore.ts';
import type { ParameterValue } from '../data/pipeline-parameter.ts';
import { Graph } from '../graph/graph.ts';
import { invalid, shown } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options, type Shape } from '../options/judge.ts';
import { either, flag, instance, isPlain, nonEmptyText, optional, record, rule, text } from '../options/rules.ts';
import { tellWithoutEffect } from '../options/without-effect.ts';
import type { PipelineStep, StepContext } from '../steps/pipeline-step.ts';
import { flatten, isStepList, type StepList, StepSequence } from '../steps/step-sequence.ts';
import { Workspace } from '../workspace.ts';
import type { PipelineRun } from './pipeline-run.ts';
import { submitPipeline } from './submit.ts';

/** What a Pipeline is made from. Source: azureml.pipeline.core.Pipeline. */
export interface PipelineOptions {
  /** Where it runs. */
  readonly workspace: Workspace;
  /** Steps, lists of steps that run side by side, sequences. */
  readonly steps: StepList | StepSequence;
  /** For people. */
  readonly description?: string | undefined;
  /** Where outputs go that say no datastore, or its name. Default: the home's own. */
  readonly defaultDatastore?: Datastore | string | undefined;
  /** Where the scripts of steps are that say no folder themselves. Default: the working directory. */
  readonly defaultSourceDirectory?: string | undefined;
  /** Steps whose outputs the given ones read are part of the pipeline without being named. Default: true. */
  readonly resolveClosure?: boolean | undefined;
}

/** How a pipeline is submitted. */
export interface SubmitOptions {
  /** Values for pipeline parameters, by name. Default: their defaults. */
  readonly pipelineParameters?: Readonly<Record<string, ParameterValue>> | undefined;
  /** After a failed step, go on with those that do not depend on it. Default: false. */
  readonly continueOnStepFailure?: boolean | undefined;
  /** Run every step, also those whose finished outputs could be taken. Default: false. */
  readonly regenerateOutputs?: boolean | undefined;
  /** Of the job. Default: none. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** The run that a cloud shows it below: without effect here. */
  readonly parentRunId?: string | undefined;
  /** Of a cloud's identities: without effect here. */
  readonly credentialPassthrough?: boolean | undefined;
}

/** What a pipeline is compiled with. */
export interface CompileForOptions extends SubmitOptions {
  /** What the job is filed under. Default: the working directory's name. */
  readonly experimentName?: string | undefined;
}

const OPTIONS = new Options<PipelineOptions>('Pipeline', {
  workspace: instance(Workspace),
  steps: rule<StepList | StepSequence>('a list of steps, or a StepSequence', (value) => value instanceof StepSequence || isStepList(value)),
  description: optional(text),
  defaultDatastore: optional(either(nonEmptyText, instance(Datastore))),
  defaultSourceDirectory: optional(nonEmptyText),
  resolveClosure: optional(flag),
});

/** The values are judged with the parameters that they are for. */
export const SUBMIT: Shape<SubmitOptions> = {
  pipelineParameters: optional(rule<Readonly<Record<string, ParameterValue>>>('an object with a value for each parameter', isPlain)),
  continueOnStepFailure: optional(flag),
  regenerateOutputs: optional(flag),
  tags: optional(record(text)),
  parentRunId: optional(text),
  credentialPassthrough: optional(flag),
};
const COMPILE = new Options<CompileForOptions>('submit', { ...SUBMIT, experimentName: optional(nonEmptyText) });

/** Steps, and what they read of each other. Values in Python's order (workspace, steps, description), or options. */
export class Pipeline {
  /** Where it runs. */
  readonly workspace: Workspace;
  /** For people. */
  readonly description: string | undefined;
  /** Its steps as nodes. */
  readonly graph: Graph;
  readonly #defaultDatastore: string | undefined;

  /** @throws RequestError for steps that cannot make one pipeline. */
  constructor(
    ...given:
      | readonly [options: PipelineOptions]
      | readonly [workspace: Workspace, steps: StepList | StepSequence, description?: string]
      | readonly [workspace: Workspace, steps: StepList | StepSequence, options: Omit<PipelineOptions, 'workspace' | 'steps'>]
  ) {
    const options = OPTIONS.judge(arranged(OPTIONS.of, ['workspace', 'steps', 'description'], given));
    const { workspace, steps, description, defaultDatastore, defaultSourceDirectory, resolveClosure = true } = options;
    const listed = flatten(steps instanceof StepSequence ? [steps] : steps);
    if (listed.length === 0) throw invalid('steps', 'A pipeline needs at least one step.');
    this.workspace = workspace;
    this.description = description;
    this.#defaultDatastore = typeof defaultDatastore === 'object' ? defaultDatastore.name : defaultDatastore;
    this.graph = new Graph(description ?? 'pipeline');
    const context = { defaultSourceDirectory };
    for (const step of listed) {
      if (resolveClosure) addWithPrecedents(step, this.graph, context);
      else step.createNode(this.graph, undefined, context);
    }
    const problems = this.graph.validate();
    if (problems.length > 0) throw invalid('steps', problems.join(' '));
  }

  /** What is wrong, in sentences; nothing when the pipeline can be submitted. */
  validate(): readonly string[] {
    const problems = this.graph.validate();
    if (problems.length > 0) return problems;
    try {
      this.compile({});
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  }

  /** The pipeline as one job, and what its home must hold for it. @throws RequestError for a parameter's value that is not allowed. */
  compile(options: CompileForOptions = {}): Compiled {
    return compileFor(this.workspace, this.graph, options, { description: this.description, defaultDatastore: this.#defaultDatastore });
  }

  /**
   * Starts the pipeline under an experiment. Default: one with the working directory's name.
   * @throws RequestError for a wrong option, a parameter that is unknown or has a wrong value; nothing is stored then.
   */
  async submit(
    ...given: readonly [experimentName?: string, options?: SubmitOptions] | readonly [options: CompileForOptions]
  ): Promise<PipelineRun> {
    const options = COMPILE.judge(arranged('submit', ['experimentName', 'pipelineParameters'], given));
    const experimentName = options.experimentName ?? defaultExperiment(process.cwd());
    checkExperimentName(experimentName);
    return submitPipeline(this.workspace, experimentName, this.compile({ ...options, experimentName }));
  }

  /** There is no server to publish to yet. @throws RequestError always. */
  publish(): never {
    throw invalid(
      'publish',
      'A pipeline is published on a server, and there is none yet: this pipeline can be submitted and not published.',
      'Use submit(), or a PipelineDraft to keep its parameters.',
    );
  }
}

/** @throws RequestError for a name that no experiment can have. */
export function checkExperimentName(name: unknown): asserts name is string {
  if (typeof name === 'string' && /^[A-Za-z0-9][\w-]{0,254}$/.test(name)) return;
  throw invalid(
    'name',
    `The experiment name ${shown(name)} is not allowed: expected letters, digits, dashes and underscores, beginning with a letter or digit.`,
  );
}

export function compileFor(
  workspace: Workspace,
  graph: Graph,
  given: CompileForOptions,
  more: Pick<CompileOptions, 'description' | 'defaultDatastore'> = {},
): Compiled {
  const {
    pipelineParameters,
    parentRunId,
    credentialPassthrough,
    experimentName = defaultExperiment(process.cwd()),
    ...options
  } = COMPILE.judge(given);
  tellWithoutEffect('submit', { parentRunId, credentialPassthrough }, ['parentRunId', 'credentialPassthrough']);
  return compileGraph(graph, { home: workspace.home, parameters: pipelineParameters, experimentName, ...options, ...more });
}

/** Each step after those that it waits for. */
function addWithPrecedents(step: PipelineStep, graph: Graph, context: StepContext, path: readonly PipelineStep[] = []): void {
  if (path.includes(step)) return;
  for (const before of step.precedents) addWithPrecedents(before, graph, context, [...path, step]);
  step.createNode(graph, undefined, context);
}
