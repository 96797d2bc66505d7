import type { Reader } from '../../data/types.ts';
import type { ItemRange } from '../protocol/messages.ts';
import type { Task } from '../protocol/wire.ts';
import type { DatasetPart, RunContext } from './entry-script.ts';

// As it is before the script runs.
const { min } = Math;

/**
 * @param first see `WorkerInit.firstMiniBatch`
 * @param paths of its files, where these are not what the slice says
 */
export function runContext(task: Task, readers: readonly Reader[], first: number, paths?: readonly string[]): RunContext {
  const { index, slice, partition, part } = task;
  const reader = readers[task.reader];
  const name = reader?.name ?? '';
  return {
    minibatchIndex: first + index,
    partitionKeyValue: partition ?? {},
    datasetName: name,
    // Made when asked for: most scripts never do.
    get dataset() {
      return datasetPart(name, paths ?? slicePaths(slice, reader, reader?.kind === 'table' ? undefined : part), rangeOf(slice));
    },
  };
}

export function slicePaths(slice: Task['slice'], reader: Reader | undefined, part?: ItemRange): string[] {
  const root = reader === undefined || reader.kind === 'none' || reader.root === '' ? '' : `${reader.root}/`;
  const paths = relativePaths(slice);
  const from = part === undefined ? 0 : min(part.from, paths.length);
  const to = part === undefined ? paths.length : min(part.to, paths.length);
  const absolute = new Array<string>(to - from);
  for (let at = from; at < to; at += 1) absolute[at - from] = root + paths[at];
  return absolute;
}

function relativePaths(slice: Task['slice']): readonly string[] {
  if (!('kind' in slice)) return slice;
  switch (slice.kind) {
    case 'files':
      return slice.paths;
    case 'many':
      return [...new Set(slice.slices.map(({ path }) => path))];
    case 'none':
      return [];
    default:
      return [slice.path];
  }
}

function rangeOf(slice: Task['slice']): string | undefined {
  if (!('kind' in slice) || (slice.kind !== 'bytes' && slice.kind !== 'rows')) return undefined;
  return `${slice.kind} ${slice.start} to ${slice.end}`;
}

function datasetPart(name: string, paths: readonly string[], range: string | undefined): DatasetPart {
  const text = range === undefined ? `${name}: ${paths.join(', ')}` : `${name}: ${paths.join(', ')} (${range})`;
  return { name, paths, ...(range !== undefined && { range }), toString: () => text };
}
