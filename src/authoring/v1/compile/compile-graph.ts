/** From the steps of a graph to one job: the document that a YAML user would write, judged as theirs is. */
import type { Problem } from '../../../errors/types.ts';
import { stepNameProperties } from '../../../language/extensions.ts';
import type { JobSpec, Literal } from '../../../language/types.ts';
import { type Document, defined } from '../../document.ts';
import type { FilesDescription } from '../data/descriptions.ts';
import type { MLTable } from '../data/mltable.ts';
import { isLiteral, type ParameterValue } from '../data/pipeline-parameter.ts';
import type { Graph } from '../graph/graph.ts';
import { invalid } from '../invalid.ts';
import { freeName } from '../names.ts';
import { Compilation } from './compilation.ts';
import { judgePipeline } from './judge.ts';
import { stepDocument } from './step-document.ts';

export interface CompileOptions {
  readonly home: string;
  readonly parameters?: Readonly<Record<string, ParameterValue>> | undefined;
  readonly experimentName?: string | undefined;
  readonly displayName?: string | undefined;
  /** Where outputs without a datastore of their own go. */
  readonly defaultDatastore?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly continueOnStepFailure?: boolean | undefined;
  /** Run every step, also those whose finished outputs could be taken. */
  readonly regenerateOutputs?: boolean | undefined;
}

/** A job, and what has to be written into the home before it can run. */
export interface Compiled {
  /** The job. */
  readonly spec: JobSpec;
  /** What is allowed and yet may not be meant. */
  readonly warnings: readonly Problem[];
  /** Descriptions of datasets. */
  readonly tables: readonly MLTable[];
  /** Folders of links to the files of datasets that are no folder themselves. */
  readonly links: readonly { readonly folder: string; readonly dataset: FilesDescription }[];
}

/** @throws RequestError for a graph that cannot run, a parameter's value that is not allowed, and for all that the judge refuses. */
export function compileGraph(graph: Graph, options: CompileOptions): Compiled {
  const problems = graph.validate();
  if (problems.length > 0) throw invalid('steps', problems.join(' '));
  const compilation = new Compilation(graph, options);
  const steps = graph.nodes.map((node): [string, Document] => [node.nodeId, stepDocument(node, compilation)]);
  const jobs = Object.fromEntries(steps);
  const document: Document = {
    type: 'pipeline',
    ...defined({
      display_name: options.displayName,
      description: options.description,
      experiment_name: options.experimentName,
      tags: options.tags,
    }),
    properties: stepNameProperties(Object.keys(jobs)),
    inputs: literals(compilation.parameters.all),
    outputs: compilation.pipelineOutputs,
    settings: defined({
      default_datastore: options.defaultDatastore === undefined ? undefined : `azureml:${options.defaultDatastore}`,
      continue_on_step_failure: options.continueOnStepFailure,
      force_rerun: options.regenerateOutputs,
    }),
    jobs,
  };
  const { tables, links, promised } = compilation.folders;
  return { ...judgePipeline(document, { baseDirectory: options.home, promised }, graph), tables, links };
}

/** The job says which values it was submitted with; its steps hold them already. A name that YAML cannot hold is changed. */
function literals(parameters: ReadonlyMap<string, ParameterValue>): Readonly<Record<string, { readonly value: Literal }>> {
  const inputs: Record<string, { readonly value: Literal }> = {};
  for (const [name, value] of parameters) {
    if (!isLiteral(value)) continue;
    inputs[freeName(name.replace(/[^\w-]/g, '_').replace(/^-/, '_'), (other) => Object.hasOwn(inputs, other))] = { value };
  }
  return inputs;
}
