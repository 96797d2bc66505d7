/** What the steps of a graph share while they are compiled. */
import type { OutputDescription } from '../data/descriptions.ts';
import { asOutput } from '../data/inputs.ts';
import type { ParameterValue } from '../data/pipeline-parameter.ts';
import type { Graph } from '../graph/graph.ts';
import type { StepDescription } from '../graph/step-description.ts';
import { invalid } from '../invalid.ts';
import { HomeFolders } from './home-folders.ts';
import { ParameterValues } from './parameter-values.ts';

export interface CompilationOptions {
  readonly home: string;
  readonly parameters?: Readonly<Record<string, ParameterValue>> | undefined;
}

export class Compilation {
  readonly parameters: ParameterValues;
  readonly folders: HomeFolders;
  readonly #graph: Graph;
  readonly #outputs = new Map<string, { readonly output: OutputDescription; readonly path: string | undefined }>();

  constructor(graph: Graph, { home, parameters = {} }: CompilationOptions) {
    this.#graph = graph;
    this.parameters = new ParameterValues(
      graph.nodes.flatMap(({ step }) => step.parameters),
      parameters,
    );
    this.folders = new HomeFolders(home);
  }

  /** Undefined: the step is not of this graph. */
  nodeIdOf(step: StepDescription): string | undefined {
    return this.#graph.nodeOf(step)?.nodeId;
  }

  /** The pipeline's output, for a step's output that is one. `path`: where it goes. @throws RequestError when two outputs want the name. */
  pipelineOutput(name: string, output: OutputDescription, path: string | undefined): string {
    const other = this.#outputs.get(name);
    if (other !== undefined && other.output.origin !== output.origin)
      throw invalid('pipelineOutputName', `Two outputs of the pipeline are called ${name}.`);
    this.#outputs.set(name, { output, path });
    return `\${{parent.outputs.${name}}}`;
  }

  get pipelineOutputs(): Readonly<Record<string, { readonly path: string } | null>> {
    return Object.fromEntries([...this.#outputs].map(([name, { path }]) => [name, path === undefined ? null : { path }]));
  }

  /** What a step writes, as an expression. @throws RequestError when no step of the pipeline does. */
  written({ origin, name }: OutputDescription): string {
    for (const { nodeId, step } of this.#graph.nodes) {
      const found = step.outputs.map(asOutput).find((output) => output.origin === origin);
      if (found !== undefined) return `\${{parent.jobs.${nodeId}.outputs.${found.name}}}`;
    }
    throw invalid('steps', `The output ${name} is written by no step of the pipeline.`);
  }
}
