import type { Reader } from '../../data/types.ts';
import type { Descriptor } from '../protocol/messages.ts';
import type { Task } from '../protocol/wire.ts';
import type { DatasetPart, RunContext } from './entry-script.ts';

export function runContext({ index, descriptor }: Task, readers: readonly Reader[]): RunContext {
  const reader = readers[descriptor[0]];
  const name = reader?.name ?? '';
  return {
    minibatchIndex: index,
    partitionKeyValue: descriptor[2] ?? {},
    datasetName: name,
    // Made when asked for: most scripts never do.
    get dataset() {
      return datasetPart(name, slicePaths(descriptor, reader), rangeOf(descriptor[1]));
    },
  };
}

export function slicePaths(descriptor: Descriptor, reader: Reader | undefined): string[] {
  const slice = descriptor[1];
  const root = reader === undefined || reader.kind === 'none' || reader.root === '' ? '' : `${reader.root}/`;
  return relativePaths(slice).map((path) => root + path);
}

function relativePaths(slice: Descriptor[1]): readonly string[] {
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

function rangeOf(slice: Descriptor[1]): string | undefined {
  if (!('kind' in slice) || (slice.kind !== 'bytes' && slice.kind !== 'rows')) return undefined;
  return `${slice.kind} ${slice.start} to ${slice.end}`;
}

function datasetPart(name: string, paths: readonly string[], range: string | undefined): DatasetPart {
  const text = range === undefined ? `${name}: ${paths.join(', ')}` : `${name}: ${paths.join(', ')} (${range})`;
  return { name, paths, ...(range === undefined ? {} : { range }), toString: () => text };
}
