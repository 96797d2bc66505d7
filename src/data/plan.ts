import { basename, dirname } from 'node:path';
import { RequestError } from '../errors/types.ts';
import type { Window } from '../language/portion.ts';
import type { FileList } from './files/file-list.ts';
import { planFiles } from './files/plan-files.ts';
import { type InputPlan, statInput, type UnnumberedMiniBatch } from './input.ts';
import { findMLTable, mltableName } from './mltable/find.ts';
import { compilePartitionFormat } from './partition-format.ts';
import { disk } from './stores/disk.ts';
import type { DataStore } from './stores/store.ts';
import type { Plan, PlannedMiniBatch, SplitInput, SplitSettings } from './types.ts';

/** Mini-batches of a chunk that come from no input (`--rank_mini_batch_count`). */
const rankChunk = 1024;

/**
 * Looks at the inputs and decides how they are read; then the mini-batches come as a stream.
 * Rejects with a RequestError when an input is missing, or cannot be what the settings ask for.
 */
export async function planInputs(inputs: readonly SplitInput[], settings: SplitSettings): Promise<Plan> {
  if (settings.rankMiniBatchCount > 0) {
    const { from, count: most } = settings.window ?? everything;
    if (from >= settings.rankMiniBatchCount) throw noSuchMiniBatch(from, settings.rankMiniBatchCount);
    const count = Math.min(settings.rankMiniBatchCount - from, most);
    return { readers: [{ kind: 'none', name: '' }], miniBatches: rankMiniBatches(count), notices: [] };
  }
  const plans: InputPlan[] = [];
  for (const input of inputs) plans.push(await planInput(input, settings));
  return {
    readers: plans.map((plan) => plan.reader),
    notices: plans.flatMap((plan) => plan.notices),
    miniBatches: numbered(plans, settings.window),
  };
}

/**
 * Looks at the inputs as planning does first, and leaves it at that.
 * @throws RequestError when an input is missing, or cannot be what the settings ask for
 */
export async function lookAtInputs(inputs: readonly SplitInput[], settings: Omit<SplitSettings, 'scratch'>): Promise<void> {
  await planInputs(inputs, { ...settings, scratch: '', lookOnly: true });
}

async function planInput(input: SplitInput, settings: SplitSettings): Promise<InputPlan> {
  const { store = disk } = input;
  const found = await statInput(input, store);
  if (input.type === 'mltable') {
    const file = found === 'file' ? (basename(input.path) === mltableName ? input.path : undefined) : await findMLTable(store, input.path);
    // YAML's machinery is loaded only for those who use it.
    if (file !== undefined) return (await import('./mltable/plan-mltable.ts')).planMLTable(input, settings, file);
  }
  const isTable = input.read === 'table' || input.type !== 'uri_folder';
  if (found === 'file' && isTable) return (await import('./table/plan-plain-file.ts')).planPlainFile(input, settings);
  if (input.read === 'table') return (await import('./table/plan-plain-file.ts')).planFolderAsTable(input, settings);
  if (input.type === 'uri_file') throw folderForFile(input);
  const format = input.partitionFormat === undefined ? undefined : compilePartitionFormat(input.partitionFormat);
  return planFiles(input, settings, found === 'file' ? oneFile(input.path) : folder(store, input.path), format);
}

function folderForFile(input: SplitInput): RequestError {
  return new RequestError({
    code: 'wrong-path',
    message: `The input '${input.name}' is a uri_file, but this is a folder: ${input.path}.`,
    hint: 'Name one file in it, or make the input a uri_folder (its files are then the items; with `read: table` the rows in them).',
  });
}

function folder(store: DataStore, path: string): FileList {
  return { root: path, batches: () => store.list(path) };
}

function oneFile(path: string): FileList {
  return {
    root: dirname(path),
    async *batches() {
      yield [{ path: basename(path) }];
    },
  };
}

async function* numbered(plans: readonly InputPlan[], window: Window = everything): AsyncGenerator<readonly PlannedMiniBatch[]> {
  let seen = 0;
  let left = window.count;
  for (const [reader, plan] of plans.entries()) {
    if (left <= 0) return;
    for await (const chunk of plan.chunks()) {
      const begin = Math.max(0, window.from - seen);
      const wanted: readonly UnnumberedMiniBatch[] = begin === 0 && chunk.length <= left ? chunk : chunk.slice(begin, begin + left);
      seen += chunk.length;
      left -= wanted.length;
      if (wanted.length > 0 || chunk.length === 0) yield wanted.map((miniBatch) => ({ reader, ...miniBatch }));
      if (left <= 0) break;
    }
  }
  if (window.from > 0 && seen <= window.from) throw noSuchMiniBatch(window.from, seen);
}

const everything: Window = { from: 0, count: Number.POSITIVE_INFINITY };

function noSuchMiniBatch(index: number, total: number): RequestError {
  const has =
    total === 0 ? 'the input has none' : total === 1 ? 'the input has one, 0' : `the input has ${total}, numbered from 0 to ${total - 1}`;
  return new RequestError({ code: 'unknown-mini-batch', message: `There is no mini-batch ${index}: ${has}.` });
}

async function* rankMiniBatches(count: number): AsyncGenerator<readonly PlannedMiniBatch[]> {
  for (let at = 0; at < count; at += rankChunk) {
    yield Array.from({ length: Math.min(rankChunk, count - at) }, () => ({ reader: 0, slice: { kind: 'none' }, items: 0 }) as const);
  }
}
