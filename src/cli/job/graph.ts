import type { JobView } from '../../events/fold.ts';
import { inspectJob } from '../../jobs/show.ts';
import { buildGraph, type Graph } from '../../pipeline/graph/graph.ts';
import type { RunStore } from '../../store/store.ts';
import { graphNodes } from '../graph/nodes.ts';
import { loadJobFile } from '../load.ts';
import { withStore } from '../open.ts';
import { givenName } from '../options.ts';
import { drawing } from './show.ts';

interface GraphOptions {
  readonly name?: string;
  readonly file?: string;
  readonly format: 'text' | 'mermaid' | 'dot';
}

/** The picture of a stored job, with its states, or of a job file. */
export async function graph(argument: string | undefined, options: GraphOptions): Promise<void> {
  const picture = await withStore(async (store) => {
    const { graph, view } = await find(store, argument, options);
    return draw(options.format, graph, view);
  });
  process.stdout.write(`${picture.trimEnd()}\n`);
}

async function find(
  store: RunStore,
  argument: string | undefined,
  options: GraphOptions,
): Promise<{ readonly graph: Graph; readonly view?: JobView }> {
  if (options.file !== undefined) {
    const { spec } = await loadJobFile(store, options.file);
    return { graph: buildGraph(spec) };
  }
  const { shown, view } = await inspectJob(store, givenName(argument, options));
  return { graph: buildGraph(store.jobs.spec(shown.name)), view: { ...view, status: shown.status } };
}

async function draw(format: GraphOptions['format'], graph: Graph, view: JobView | undefined): Promise<string> {
  switch (format) {
    case 'text':
      return drawing(graph, view);
    case 'mermaid':
      return (await import('../graph/mermaid.ts')).mermaid(graphNodes(graph, view));
    case 'dot':
      return (await import('../graph/dot.ts')).dot(graphNodes(graph, view));
  }
}
