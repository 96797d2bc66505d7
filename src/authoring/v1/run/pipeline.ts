import { messageOf } from '../../../errors/thrown.ts';
import { type Compiled, type CompileOptions, compileGraph } from '../compile/compile-graph.ts';
import type { ParameterValue } from '../data/pipeline-parameter.ts';
import { Graph } from '../graph/graph.ts';
import { invalid, shown } from '../invalid.ts';
import { PipelineStep } from '../steps/pipeline-step.ts';
import { flatten, type StepList, StepSequence } from '../steps/step-sequence.ts';
import { Workspace } from '../workspace.ts';
import type { PipelineRun } from './pipeline-run.ts';
import { submitPipeline } from './submit.ts';

export interface PipelineOptions {
  readonly workspace: Workspace;
  /** Steps whose outputs the given ones read are part of the pipeline without being named. */
  readonly steps: StepList | StepSequence;
  readonly description?: string | undefined;
}

export interface SubmitOptions {
  /** Values for pipeline parameters, by name. */
  readonly pipelineParameters?: Readonly<Record<string, ParameterValue>> | undefined;
  /** After a failed step, go on with those that do not depend on it. Default: false. */
  readonly continueOnStepFailure?: boolean | undefined;
  /** Run every step, also those whose finished outputs could be taken. Default: false. */
  readonly regenerateOutputs?: boolean | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Steps, and what they read of each other. @throws RequestError for steps that cannot make one pipeline. */
export class Pipeline {
  readonly workspace: Workspace;
  readonly description: string | undefined;
  readonly graph: Graph;

  constructor({ workspace, steps, description }: PipelineOptions) {
    if (!(workspace instanceof Workspace)) throw invalid('workspace', `Expected a Workspace, found ${shown(workspace)}.`);
    const given = flatten(steps instanceof StepSequence ? [steps] : steps);
    if (given.length === 0) throw invalid('steps', 'A pipeline needs at least one step.');
    this.workspace = workspace;
    this.description = description;
    this.graph = new Graph(description ?? 'pipeline');
    for (const step of given) addWithPrecedents(step, this.graph);
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
  compile(options: SubmitOptions & Pick<CompileOptions, 'experimentName'>): Compiled {
    return compileFor(this.workspace, this.graph, { ...options, description: this.description });
  }

  /** Starts the pipeline under an experiment. */
  async submit(experimentName: string, options: SubmitOptions = {}): Promise<PipelineRun> {
    return submitPipeline(this.workspace, experimentName, this.compile({ ...options, experimentName }));
  }
}

export function compileFor(
  workspace: Workspace,
  graph: Graph,
  { pipelineParameters, ...options }: SubmitOptions & Pick<CompileOptions, 'experimentName' | 'description'>,
): Compiled {
  return compileGraph(graph, { home: workspace.home, parameters: pipelineParameters, ...options });
}

/** Each step after those that it waits for. */
function addWithPrecedents(step: PipelineStep, graph: Graph, path: readonly PipelineStep[] = []): void {
  if (!(step instanceof PipelineStep)) throw invalid('steps', `Expected a step, found ${shown(step)}.`);
  if (path.includes(step)) return;
  for (const before of step.precedents) addWithPrecedents(before, graph, [...path, step]);
  step.createNode(graph);
}
