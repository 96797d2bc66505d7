/** A dry run: which mini-batches the parallel steps of a job would have, without starting anything. */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { planInputs } from '../data/plan.ts';
import type { PlannedMiniBatch, Reader, Slice, SplitInput } from '../data/types.ts';
import { JobFailure, type Problem, RequestError } from '../errors/types.ts';
import type { JobSpec, ParallelStep } from '../language/types.ts';
import { describeMiniBatch } from '../parallel/plan/describe.ts';
import { bindInputs } from '../pipeline/bind/inputs.ts';
import { buildGraph, type GraphStep } from '../pipeline/graph/graph.ts';
import { inputSource, stepsBehind } from '../pipeline/graph/scope.ts';
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
export async function planJob(spec: JobSpec, assets: AssetResolver, limit?: number): Promise<readonly PlannedStep[]> {
  const planned: PlannedStep[] = [];
  for (const node of buildGraph(spec).steps.values()) {
    if (node.step.type !== 'parallel') continue;
    const { settings, resources } = node.step;
    const workers = (settings.maxConcurrencyPerInstance ?? availableParallelism()) * resources.instanceCount;
    planned.push({ name: node.name, workers, plan: await planStep(node, node.step, assets, limit) });
  }
  return planned;
}

async function planStep(
  node: GraphStep,
  step: ParallelStep,
  assets: AssetResolver,
  limit: number | undefined,
): Promise<PlannedStep['plan']> {
  const before = step.settings.inputData.flatMap((name) => stepsBehind(inputSource(node.scope, step, name)));
  if (before.length > 0) return { kind: 'after', steps: [...new Set(before)] };
  const scratch = mkdtempSync(join(tmpdir(), 'prl-plan-'));
  try {
    return await count(splitInputs(node, step, assets), step, scratch, limit);
  } catch (error) {
    if (error instanceof RequestError) return { kind: 'refused', problems: error.problems };
    if (error instanceof JobFailure) return { kind: 'refused', problems: [error.problem] };
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function splitInputs(node: GraphStep, { settings }: ParallelStep, assets: AssetResolver): readonly SplitInput[] {
  const bound = bindInputs(node, () => undefined, assets, {});
  return settings.inputData.map((name) => {
    const input = bound.find((each) => each.name === name);
    const partitionFormat = settings.partitionFormats?.[name];
    if (input?.kind !== 'data' || input.location.kind !== 'local') {
      throw new RequestError({ code: 'no-input-data', message: `The input ${name} is not data on this machine, so it cannot be planned.` });
    }
    return { name, type: input.type, path: input.location.path, ...(partitionFormat !== undefined && { partitionFormat }) };
  });
}

async function count(
  inputs: readonly SplitInput[],
  { settings }: ParallelStep,
  scratch: string,
  limit: number | undefined,
): Promise<PlannedStep['plan']> {
  const { miniBatchSize, partitionKeys, predefined } = settings;
  const plan = await planInputs(inputs, {
    miniBatchSize,
    partitionKeys,
    rankMiniBatchCount: predefined.rankMiniBatchCount,
    scratch,
    ...(limit !== undefined && { limit }),
  });
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
