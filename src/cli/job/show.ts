import type { JobState } from '../../events/fold.ts';
import { formatMiniBatches } from '../../events/format.ts';
import { inspectJob, type ShownJob } from '../../jobs/show.ts';
import { buildGraph, type StepGraph } from '../../pipeline/graph/step-graph.ts';
import { drawGraph } from '../graph/drawing.ts';
import { graphNodes } from '../graph/nodes.ts';
import { withStore } from '../open.ts';
import { givenName, type ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { facts } from '../output/table.ts';
import { capabilities } from '../terminal/capabilities.ts';
import { render } from '../terminal/text.ts';
import { timeBetween } from '../terminal/words.ts';

export async function show(argument: string | undefined, options: ResultOptions & { readonly name?: string }): Promise<void> {
  await withStore(async (store) => {
    const { shown, state } = await inspectJob(store, givenName(argument, options));
    await printResult(shown, options, () => drawJob(shown, state, buildGraph(store.jobs.spec(shown.name))));
  });
}

/** A job for people: what it is, then its steps as they depend on one another. */
export function drawJob(job: ShownJob, state: JobState, graph: StepGraph): string {
  const time = state.started === undefined || state.ended === undefined ? '' : ` in ${timeBetween(state.started, state.ended)}`;
  const head = facts([
    ['name', job.name],
    ...(job.display_name === job.name ? [] : [['display name', job.display_name] as const]),
    ['status', `${job.status}${time}`],
    ...(job.limit === undefined ? [] : [['limit', `${formatMiniBatches(job.limit)} of each parallel step`] as const]),
    ...(job.mini_batch === undefined
      ? []
      : [['limit', `mini-batch ${job.mini_batch}${job.step === undefined ? '' : ` of ${job.step}`}`] as const]),
    ['directory', job.directory],
    ...(job.changed ?? []).map(({ path, from, to }) => ['changed', `${path}: ${from ?? 'not set'} → ${to}`] as const),
    ...(job.error === undefined ? [] : [['error', job.error.split('\n')[0] ?? ''] as const]),
  ]);
  return `${head}\n\n${drawing(graph, { ...state, status: job.status })}`;
}

/** The steps with the lines between them, for stdout. */
export function drawing(graph: StepGraph, state?: JobState): string {
  const { colour } = capabilities(process.stdout, process.env);
  return drawGraph(graphNodes(graph, state))
    .map((line) => render(line, Number.POSITIVE_INFINITY, colour))
    .join('\n');
}
