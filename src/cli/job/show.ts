import { isFinal, type JobState } from '../../events/fold.ts';
import { formatAgo, formatBytes, formatMiniBatches, formatSeconds } from '../../events/format.ts';
import { inspectJob, type ShownJob } from '../../jobs/show.ts';
import { epochNow } from '../../os/clock.ts';
import { buildGraph, type StepGraph } from '../../pipeline/graph/step-graph.ts';
import { drawGraph } from '../graph/drawing.ts';
import { graphNodes } from '../graph/nodes.ts';
import { withStore } from '../open.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { facts } from '../output/table.ts';
import { capabilities } from '../terminal/capabilities.ts';
import { nearPath } from '../terminal/near-path.ts';
import { render, span } from '../terminal/text.ts';
import { chosenJob } from './chosen.ts';
import { metricFacts } from './metrics.ts';

export async function show(argument: string | undefined, options: ResultOptions & { readonly name?: string }): Promise<void> {
  await withStore(async (store) => {
    const { shown, state } = await inspectJob(store, chosenJob(store, argument, options).name);
    await printResult(shown, options, () => drawJob(shown, state, buildGraph(store.jobs.spec(shown.name))));
  });
}

/** A job for people: what it is, then its steps as they depend on one another. */
export function drawJob(job: ShownJob, state: JobState, graph: StepGraph): string {
  const { creation_context: creation, duration_s: seconds } = job;
  const time =
    seconds === undefined ? '' : isFinal(job.status) ? ` in ${formatSeconds(seconds)}` : `, for ${formatSeconds(seconds)} so far`;
  const by = creation.created_by === undefined ? '' : ` by ${creation.created_by}`;
  const head = facts([
    ['name', job.name],
    ...(job.display_name === job.name ? [] : [['display name', job.display_name] as const]),
    ['status', `${job.status}${time}`],
    ...(job.limit === undefined ? [] : [['limit', `${formatMiniBatches(job.limit)} of each parallel step`] as const]),
    ...(job.mini_batch === undefined
      ? []
      : [['limit', `mini-batch ${job.mini_batch}${job.step === undefined ? '' : ` of ${job.step}`}`] as const]),
    ['created', `${localTime(creation.created_at)} (${formatAgo(creation.created_at, epochNow())})${by}`],
    ...(job.file === undefined ? [] : [['file', nearPath(job.file)] as const]),
    ...(job.experiment_name === undefined ? [] : [['experiment', job.experiment_name] as const]),
    ...Object.entries(job.tags).map(([tag, value]) => ['tag', `${tag}: ${value}`] as const),
    ...Object.entries(job.inputs).map(([name, value]) => ['input', `${name}: ${inputText(value)}`] as const),
    ...Object.entries(job.outputs).map(
      ([name, { path }]) => ['output', `${name}: ${path === undefined ? 'not there yet' : nearPath(path)}`] as const,
    ),
    ...metricFacts(job),
    ['directory', job.directory],
    ...(job.logs_bytes === 0 ? [] : [['logs', `${formatBytes(job.logs_bytes)} (prl job logs ${job.name})`] as const]),
    ...(job.changed ?? []).map(({ path, from, to }) => ['changed', `${path}: ${from ?? 'not set'} → ${to}`] as const),
    ...(job.error === undefined ? [] : [['error', job.error.split('\n')[0] ?? ''] as const]),
  ]);
  return `${head}\n\n${drawing(graph, { ...state, status: job.status })}`;
}

/** `2026-03-01 14:05:09`, where this machine is. */
function localTime(time: string): string {
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

function inputText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return span(String(value)).text;
  return 'path' in value && typeof value.path === 'string' ? nearPath(value.path) : JSON.stringify(value);
}

/** The steps with the lines between them, for stdout. */
export function drawing(graph: StepGraph, state?: JobState): string {
  const { colour } = capabilities(process.stdout, process.env);
  return drawGraph(graphNodes(graph, state))
    .map((line) => render(line, Number.POSITIVE_INFINITY, colour))
    .join('\n');
}
