/** From the steps of a graph to one job. */
import { join } from 'node:path';
import type { CommandStep, InputValue, JobSpec, OutputPort, OutputValue, Step } from '../../../language/types.ts';
import type { FileDataset } from '../file-dataset.ts';
import type { Graph } from '../graph.ts';
import { asOutput } from '../inputs.ts';
import { invalid } from '../invalid.ts';
import { type MLTable, tableFolder } from '../mltable.ts';
import type { OutputData } from '../output-data.ts';
import type { OutputDataset } from '../output-dataset.ts';
import { isLiteral, type ParameterValue } from '../pipeline-parameter.ts';
import { ParameterValues } from './parameter-values.ts';
import { tableStep } from './table-step.ts';

export interface CompileOptions {
  readonly home: string;
  readonly parameters?: Readonly<Record<string, ParameterValue>> | undefined;
  readonly experimentName?: string | undefined;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly continueOnStepFailure?: boolean | undefined;
  /** Run every step, also those whose finished outputs could be taken. */
  readonly regenerateOutputs?: boolean | undefined;
}

/** A job, and what has to be written into the home before it can run. */
export interface Compiled {
  readonly spec: JobSpec;
  /** Descriptions of datasets. */
  readonly tables: readonly MLTable[];
  /** Folders of links to the files of datasets that are no folder themselves. */
  readonly links: readonly { readonly folder: string; readonly dataset: FileDataset }[];
}

export class Compilation {
  readonly parameters: ParameterValues;
  readonly #graph: Graph;
  readonly #home: string;
  readonly #tables = new Map<string, MLTable>();
  readonly #links = new Map<string, FileDataset>();
  readonly #views = new Map<string, CommandStep>();
  readonly #outputs = new Map<string, OutputData>();

  constructor(graph: Graph, options: CompileOptions) {
    this.#graph = graph;
    this.#home = options.home;
    this.parameters = new ParameterValues(
      graph.nodes.flatMap(({ step }) => step.parameters),
      options.parameters ?? {},
    );
  }

  /** Where the MLTable of a dataset will stand. */
  tablePath(table: MLTable | string): string {
    if (typeof table === 'string') return table;
    const folder = tableFolder(this.#home, table);
    this.#tables.set(folder, table);
    return folder;
  }

  /** Where the files of a dataset will be laid together. */
  linkedFolder(dataset: FileDataset): string {
    const table = dataset.table();
    if (typeof table === 'string') return table;
    const folder = join(tableFolder(this.#home, table), 'files');
    this.#links.set(folder, dataset);
    return folder;
  }

  /** What a step reads of another: its folder, or, for rows, an MLTable over it that a small step of its own writes. */
  outputValue(dataset: OutputDataset): Extract<InputValue, { kind: 'expression' }> {
    const source = this.#sourceOf(dataset.output);
    const { table } = dataset;
    if (table === undefined) return { kind: 'expression', text: source };
    const text = JSON.stringify([source, table]);
    const known = [...this.#views].find(([, view]) => view.properties.view === text);
    const name = known?.[0] ?? `${dataset.output.name}_table${this.#views.size === 0 ? '' : `_${this.#views.size + 1}`}`;
    if (known === undefined) this.#views.set(name, { ...tableStep(source, table), properties: { view: text } });
    return { kind: 'expression', text: `\${{parent.jobs.${name}.outputs.table}}`, type: 'mltable' };
  }

  /** The pipeline's output, for a step's output that is one. @throws RequestError when two outputs want the name. */
  pipelineOutput(name: string, output: OutputData): string {
    const other = this.#outputs.get(name);
    if (other !== undefined && other !== output) throw invalid('pipelineOutputName', `Two outputs of the pipeline are called ${name}.`);
    this.#outputs.set(name, output);
    return `\${{parent.outputs.${name}}}`;
  }

  compile(options: CompileOptions): Compiled {
    const problems = this.#graph.validate();
    const [first] = problems;
    if (first !== undefined) throw invalid('steps', problems.join(' '));
    const steps = this.#graph.nodes.map((node): [string, Step] => [node.nodeId, this.#step(node.nodeId)]);
    const outputs = [...this.#outputs.keys()];
    const values = [...this.parameters.all].flatMap(([name, value]): [string, InputValue][] =>
      isLiteral(value) ? [[name, { kind: 'literal', value }]] : [],
    );
    const spec: JobSpec = {
      ...(options.displayName === undefined ? {} : { displayName: options.displayName }),
      ...(options.description === undefined ? {} : { description: options.description }),
      ...(options.experimentName === undefined ? {} : { experimentName: options.experimentName }),
      tags: options.tags ?? {},
      properties: {},
      standalone: false,
      inputPorts: Object.fromEntries(
        values.map(([name, value]) => [name, { type: value.kind === 'literal' ? typeOf(value.value) : 'string', optional: false }]),
      ),
      inputs: Object.fromEntries(values),
      outputPorts: Object.fromEntries(outputs.map((name): [string, OutputPort] => [name, { type: 'uri_folder' }])),
      outputs: Object.fromEntries(outputs.map((name): [string, OutputValue] => [name, {}])),
      steps: Object.fromEntries([...steps, ...this.#views]),
      settings: {
        continueOnStepFailure: options.continueOnStepFailure ?? false,
        forceRerun: options.regenerateOutputs ?? false,
        other: {},
      },
      cloudOnly: {},
    };
    return { spec, tables: [...this.#tables.values()], links: [...this.#links].map(([folder, dataset]) => ({ folder, dataset })) };
  }

  #step(nodeId: string): Step {
    const { step } = this.#graph.getNode(nodeId);
    const spec = step.toSpec(this);
    const after = [...step.runsAfter].flatMap((before) => this.#graph.nodeOf(before)?.nodeId ?? []);
    return { ...spec, displayName: step.name, ...(after.length === 0 ? {} : { runAfter: after }) };
  }

  #sourceOf(output: OutputData): string {
    for (const node of this.#graph.nodes) {
      const written = node.step.outputs.map(asOutput).find(({ origin }) => origin === output.origin);
      if (written !== undefined) return `\${{parent.jobs.${node.nodeId}.outputs.${written.name}}}`;
    }
    throw invalid('steps', `The output ${output.name} is written by no step of the pipeline.`);
  }
}

function typeOf(value: unknown): 'string' | 'number' | 'boolean' {
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'string';
}
