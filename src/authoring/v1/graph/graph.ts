import { asOutput, readOutput } from '../data/inputs.ts';
import { invalid } from '../invalid.ts';
import { freeName } from '../names.ts';
import { ModuleNode } from './module-node.ts';
import type { StepDescription, StepWork } from './step-description.ts';

/** That a node reads an output of another. */
export interface Edge {
  /** Who writes. */
  readonly source: ModuleNode;
  /** What the writer calls it. */
  readonly output: string;
  /** Who reads. */
  readonly destination: ModuleNode;
  /** What the reader calls it. */
  readonly input: string;
}

/** Steps and what they read of each other. A Pipeline makes one of its steps; by hand: `step.createNode(graph)` for each.
 * Source: azureml.pipeline.core.graph.Graph. */
export class Graph {
  /** For people. */
  readonly name: string;
  readonly #nodes = new Map<StepDescription, ModuleNode>();

  /** An empty graph. */
  constructor(name: string) {
    this.name = name;
  }

  /** In the order in which they were added. */
  get nodes(): readonly ModuleNode[] {
    return [...this.#nodes.values()];
  }

  /**
   * Adds a step, once. Nodes of one name stay apart: the step's name, with a number from the second on. `work`: what it does in this
   * graph. Default: what the step says.
   */
  addStep(step: StepDescription, work: StepWork = step.work): ModuleNode {
    const there = this.#nodes.get(step);
    if (there !== undefined) return there;
    const nodeId = freeName(step.name.replace(/[^\w-]/g, '_'), (name) => this.nodes.some((node) => node.nodeId === name));
    const node = new ModuleNode(nodeId, step, work, step.createModuleDef());
    for (const [name, value] of Object.entries(step.nodeValues)) node.getParam(name).setValue(value);
    this.#nodes.set(step, node);
    return node;
  }

  /** The node of a step; undefined when it is not of this graph. */
  nodeOf(step: StepDescription): ModuleNode | undefined {
    return this.#nodes.get(step);
  }

  /** A node by its id. @throws RequestError when there is none. */
  getNode(nodeId: string): ModuleNode {
    const found = this.nodes.find((node) => node.nodeId === nodeId);
    if (found === undefined) throw invalid('nodeId', `The graph has no node ${nodeId}.`);
    return found;
  }

  /** Each node waits for the one before it. */
  sequence(nodes: readonly ModuleNode[]): void {
    for (const [index, node] of nodes.entries()) {
      const before = nodes[index - 1];
      if (before !== undefined) node.runAfter(before);
    }
  }

  /** Who reads what of whom. */
  get edges(): readonly Edge[] {
    return this.nodes.flatMap((destination) =>
      destination.step.inputs.flatMap((input) => {
        const origin = readOutput(input)?.origin;
        const source = this.nodes.find((node) => node.step.outputs.some((output) => asOutput(output).origin === origin));
        const output = source?.step.outputs.map(asOutput).find((each) => each.origin === origin);
        return source === undefined || output === undefined ? [] : [{ source, output: output.name, destination, input: input.name }];
      }),
    );
  }

  /** What is wrong with the graph as a whole, in sentences; nothing when it can be submitted. */
  validate(): readonly string[] {
    return [...this.#duplicateNames(), ...this.#missingProducers(), ...this.#cycles()];
  }

  #duplicateNames(): readonly string[] {
    const names = this.nodes.filter(({ step }) => step.work.kind === 'parallel').map((node) => node.name);
    const twice = [...new Set(names)].filter((name) => this.nodes.filter((node) => node.name === name).length > 1);
    return twice.map((name) => `Two steps are called ${name}: the name of a ParallelRunStep is unique in its pipeline.`);
  }

  #missingProducers(): readonly string[] {
    return this.nodes.flatMap(({ step }) =>
      step.inputs.flatMap((input) => {
        const output = readOutput(input);
        const written = output === undefined || this.edges.some((edge) => edge.destination.step === step && edge.input === input.name);
        return written ? [] : [`The step ${step.name} reads ${input.name}, which is the output ${output.name} of no step of the pipeline.`];
      }),
    );
  }

  #cycles(): readonly string[] {
    const finished = new Set<StepDescription>();
    const visit = (step: StepDescription, path: readonly StepDescription[]): string | undefined => {
      if (finished.has(step)) return undefined;
      const at = path.indexOf(step);
      if (at >= 0) return [...path.slice(at), step].map(({ name }) => name).join(' → ');
      for (const before of step.precedents) {
        const found = visit(before, [...path, step]);
        if (found !== undefined) return found;
      }
      finished.add(step);
      return undefined;
    };
    for (const { step } of this.nodes) {
      const cycle = visit(step, []);
      if (cycle !== undefined) return [`The steps wait for each other: ${cycle}.`];
    }
    return [];
  }
}
