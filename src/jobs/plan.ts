/** A dry run: which mini-batches the parallel steps of a job would have, without starting anything. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan, PlannedMiniBatch, Reader, Slice } from '../data/types.ts';
import { type Problem, RequestError } from '../errors/types.ts';
import type { Window } from '../language/portion.ts';
import type { DataType, JobSpec } from '../language/types.ts';
import type { ProcessContext } from '../os/process-context.ts';
import { describeMiniBatch } from '../parallel/plan/describe.ts';
import { splitInputs } from '../parallel/plan/planning.ts';
import { jobFacts, macrosOf } from '../pipeline/bind/facts.ts';
import { openFar } from '../pipeline/bind/far-input.ts';
import { type BoundInput, bindInput, type Known } from '../pipeline/bind/inputs.ts';
import { expectedWorkers, isParallel, type ParallelNode, splitOf } from '../pipeline/bind/split.ts';
import { farInput, leftThere, type StagedInput, stagedAt } from '../pipeline/bind/stage.ts';
import { inputSource, stepsBehind } from '../pipeline/graph/scope.ts';
import { buildGraph } from '../pipeline/graph/step-graph.ts';
import type { AssetResolver } from '../store/assets.ts';
import type { Descriptor } from '../workers/protocol/messages.ts';

export interface PlannedStep {
  readonly name: string;
  /** Worker processes, on all nodes together. */
  readonly workers: number;
  readonly plan:
    | {
        readonly kind: 'planned';
        readonly miniBatches: number;
        /** Files, or rows where they are known without reading the data. */
        readonly items?: number;
        readonly smallest?: number;
        readonly largest?: number;
        /** Bytes of the slices, for tables that are cut by bytes. */
        readonly bytes?: number;
        /** In words; at most `shown` from each end. */
        readonly first: readonly string[];
        readonly last: readonly string[];
        readonly notices: readonly string[];
      }
    /** Its input is made by other steps of the job. */
    | { readonly kind: 'after'; readonly steps: readonly string[] }
    | { readonly kind: 'refused'; readonly problems: readonly Problem[] };
}

const shown = 3;

/** Plans every parallel step whose input is there already. */
export async function planJob(here: ProcessContext, spec: JobSpec, assets: AssetResolver, limit?: number): Promise<readonly PlannedStep[]> {
  const known = { outputOf: () => undefined, assets, macros: macrosOf(jobFacts(spec.name ?? '', spec)) };
  const planned: PlannedStep[] = [];
  for (const node of [...buildGraph(spec).steps.values()].filter(isParallel)) {
    const { workers } = expectedWorkers(node, here.environmentVariables);
    const window = limit === undefined ? undefined : { from: 0, count: limit };
    planned.push({ name: node.name, workers, plan: await planStep(node, known, window, here.environmentVariables) });
  }
  return planned;
}

type Environment = ProcessContext['environmentVariables'];

async function planStep(node: ParallelNode, known: Known, window: Window | undefined, env: Environment): Promise<PlannedStep['plan']> {
  const { step, scope } = node;
  const before = step.settings.inputData.flatMap((name) => stepsBehind(inputSource(scope, step, name)));
  if (before.length > 0) return { kind: 'after', steps: [...new Set(before)] };
  const scratch = mkdtempSync(join(tmpdir(), 'prl-plan-'));
  try {
    const inputs: StagedInput[] = [];
    for (const name of step.settings.inputData) {
      const input = bindInput(node, name, known);
      if (input !== undefined) inputs.push(await whereItIs(input, join(scratch, 'inputs'), env));
    }
    return await count(await splitInputs(splitOf(step, inputs, window), scratch));
  } catch (error) {
    if (error instanceof RequestError) return { kind: 'refused', problems: error.problems };
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A plan fetches nothing. */
async function whereItIs(input: BoundInput, folder: string, env: Environment): Promise<StagedInput> {
  if (input.kind !== 'data') return input;
  const { name, location } = input;
  if (location.kind === 'local' && !(await namesAddresses(input.type, location.path))) return stagedAt(input, location.path, folder);
  if (location.kind === 'object') {
    const far = await openFar(name, location, env);
    const type = await leftThere(input, far, true);
    if (type !== undefined) return farInput(input, type, far);
  }
  const message = `The input ${name} is fetched when the job runs, so it cannot be planned before.`;
  throw new RequestError({ code: 'no-input-data', message });
}

async function namesAddresses(type: DataType, path: string): Promise<boolean> {
  if (type !== 'mltable') return false;
  const { namedAddresses } = await import('../data/mltable/elsewhere.ts');
  return (await namedAddresses(path)).length > 0;
}

async function count(plan: Plan): Promise<PlannedStep['plan']> {
  let miniBatches = 0;
  let items: number | undefined = 0;
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  let bytes = 0;
  const first: PlannedMiniBatch[] = [];
  let last: readonly PlannedMiniBatch[] = [];
  for await (const chunk of plan.miniBatches) {
    miniBatches += chunk.length;
    if (first.length < shown) first.push(...chunk.slice(0, shown - first.length));
    last = [...last, ...chunk.slice(-shown)].slice(-shown);
    for (const { items: own, slice } of chunk) {
      bytes += bytesOf(slice);
      items = own === undefined || items === undefined ? undefined : items + own;
      smallest = Math.min(smallest, own ?? 0);
      largest = Math.max(largest, own ?? 0);
    }
  }
  return {
    kind: 'planned',
    miniBatches,
    ...(items !== undefined && miniBatches > 0 && { items, smallest, largest }),
    ...(bytes > 0 && { bytes }),
    first: first.map((each) => inWords(each, plan.readers)),
    last: last.slice(Math.max(0, last.length - (miniBatches - first.length))).map((each) => inWords(each, plan.readers)),
    notices: plan.notices,
  };
}

function bytesOf(slice: Slice): number {
  if (slice.kind === 'bytes') return slice.end - slice.start;
  return slice.kind === 'many' ? slice.slices.reduce((sum, each) => sum + bytesOf(each), 0) : 0;
}

function inWords({ reader, slice, partition }: PlannedMiniBatch, readers: readonly Reader[]): string {
  const descriptor: Descriptor = [reader, slice.kind === 'files' ? slice.paths : slice, partition ?? null];
  return describeMiniBatch(JSON.stringify(descriptor), readers);
}
