import type { JobState } from '../../events/fold.ts';
import { inspectJob } from '../../jobs/show.ts';
import { buildGraph, type StepGraph } from '../../pipeline/graph/step-graph.ts';
import type { RunStore } from '../../store/store.ts';
import { graphNodes } from '../graph/nodes.ts';
import { loadJobFile } from '../load.ts';
import { withStore } from '../open.ts';
import { chosenJob } from './chosen.ts';
import { drawing } from './show.ts';

interface GraphOptions {
  readonly name?: string;
  readonly file?: string;
  readonly format: 'text' | 'mermaid' | 'dot';
}

/** The picture of a stored job, with its states, or of a job file. */
export async function graph(argument: string | undefined, options: GraphOptions): Promise<void> {
  const picture = await withStore(async (store) => {
    const { graph, state } = await find(store, argument, options);
    return draw(options.format, graph, state);
  });
  process.stdout.write(`${picture.trimEnd()}\n`);
}

async function find(
  store: RunStore,
  argument: string | undefined,
  options: GraphOptions,
): Promise<{ readonly graph: StepGraph; readonly state?: JobState }> {
  if (options.file !== undefined) {
    const { spec } = await loadJobFile(store, options.file);
    return { graph: buildGraph(spec) };
  }
  const { shown, state } = await inspectJob(store, chosenJob(store, argument, options).name);
  return { graph: buildGraph(store.jobs.spec(shown.name)), state: { ...state, status: shown.status } };
}

async function draw(format: GraphOptions['format'], graph: StepGraph, state: JobState | undefined): Promise<string> {
  switch (format) {
    case 'text':
      return drawing(graph, state);
    case 'mermaid':
      return (await import('../graph/mermaid.ts')).mermaid(graphNodes(graph, state));
    case 'dot':
      return (await import('../graph/dot.ts')).dot(graphNodes(graph, state));
  }
}
