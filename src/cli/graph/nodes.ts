/** The graph of a job with what became of its steps: what the drawings are made from. Pure. */
import { isFinal, type JobState } from '../../events/fold.ts';
import { formatCount, formatMiniBatches } from '../../events/format.ts';
import type { Status } from '../../events/types.ts';
import type { StepGraph } from '../../pipeline/graph/step-graph.ts';
import { timeBetween } from '../terminal/words.ts';

export interface GraphNode {
  /** Full: `score`, `outer.inner`. */
  readonly name: string;
  readonly type: 'parallel' | 'command';
  /** Names of the steps that it waits for; they stand before it. */
  readonly after: readonly string[];
  /** The nested pipeline that holds it, by full name. */
  readonly group?: string;
  readonly status: Status;
  /** What else there is to say: counts, time, reuse, why it was skipped. */
  readonly notes: readonly string[];
}

/** Steps in an order in which they run. Without a state nothing has started. `now` (epoch milliseconds) ends the time of running steps. */
export function graphNodes(graph: StepGraph, state?: JobState, now: number = Date.now()): readonly GraphNode[] {
  const groups = [...graph.groups.keys()];
  return [...graph.steps.values()].map(({ name, step, after }) => {
    const group = groups.filter((candidate) => name.startsWith(`${candidate}.`)).at(-1);
    const found = state !== undefined && Object.hasOwn(state.steps, name) ? state.steps[name] : undefined;
    return {
      name,
      type: step.type,
      after,
      ...(group !== undefined && { group }),
      status: statusOf(found?.status ?? 'NotStarted', state?.status),
      notes: found === undefined ? [] : notesOf(found, now),
    };
  });
}

/** Of a job whose coordinator is gone, what was at work then is at work no more. */
function statusOf(step: Status, job: Status | undefined): Status {
  return job === 'NotResponding' && step !== 'NotStarted' && !isFinal(step) ? 'NotResponding' : step;
}

function notesOf(step: JobState['steps'][string], now: number): readonly string[] {
  const { miniBatches, started, ended, reusedFrom, skippedBecause, exitCode } = step;
  return [
    reusedFrom === undefined ? undefined : `reused from ${reusedFrom}`,
    skippedBecause === undefined ? undefined : `skipped: ${skippedBecause}`,
    miniBatches === undefined ? undefined : `${formatCount(miniBatches.done)}/${formatMiniBatches(miniBatches.total)}`,
    miniBatches === undefined || miniBatches.failed === 0 ? undefined : `${formatCount(miniBatches.failed)} failed`,
    exitCode === undefined || exitCode === 0 ? undefined : `exit code ${exitCode}`,
    started === undefined ? undefined : timeBetween(started, ended ?? now),
  ].filter((note) => note !== undefined);
}

/** Nested pipelines by the full name of the one that holds them; `''` is the job. */
export function subgroups(nodes: readonly GraphNode[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { group } of nodes) {
    for (let inner = group; inner !== undefined; ) {
      const outer = inner.includes('.') ? inner.slice(0, inner.lastIndexOf('.')) : '';
      const siblings = found.get(outer) ?? [];
      if (!siblings.includes(inner)) found.set(outer, [...siblings, inner]);
      inner = outer === '' ? undefined : outer;
    }
  }
  return found;
}
