import { RequestError } from '../../errors/types.ts';
import { filesOf, type MiniBatchSize, miniBatchSizeText } from '../../language/mini-batch-size.ts';
import type { InputPlan, UnnumberedMiniBatch } from '../input.ts';
import { createPace } from '../pace.ts';
import type { PartitionFormat } from '../partition-format.ts';
import { checkPartitionKeys } from '../partition-keys.ts';
import { disk } from '../stores/disk.ts';
import type { Listed } from '../stores/store.ts';
import type { SplitInput, SplitSettings } from '../types.ts';
import type { FileList } from './file-list.ts';
import { filesSlice } from './files-slice.ts';
import { groupFiles } from './group-files.ts';

/** Mini-batches in the first chunk; every further chunk has twice as many, up to the largest. */
const firstChunk = 16;
const largestChunk = 1024;

/** Mini-batches of so many files each, or, with partition keys, of all files of each combination of values. */
export function planFiles(input: SplitInput, settings: SplitSettings, files: FileList, format: PartitionFormat | undefined): InputPlan {
  const { store = disk } = input;
  const reader = { kind: 'files', name: input.name, root: files.root, ...(store !== disk && { store: store.place }) } as const;
  if (settings.partitionKeys.length > 0) {
    const keys = settings.partitionKeys;
    checkPartitionKeys(keys, format?.columns.map((column) => column.name) ?? [], input.name);
    if (format !== undefined) return { reader, notices: [], chunks: () => groupFiles(input.name, keys, files, format) };
  }
  const size = filesPerMiniBatch(settings.miniBatchSize, input.name);
  return { reader, notices: [], chunks: () => bySize(files, size) };
}

/** Files in a mini-batch of an input that is a list of files. @throws RequestError for a size in bytes. */
function filesPerMiniBatch(size: MiniBatchSize, input: string): number {
  const files = filesOf(size);
  if (files !== undefined) return files;
  throw new RequestError({
    code: 'mini-batch-size',
    message: `mini_batch_size is ${JSON.stringify(miniBatchSizeText(size))}, but the input '${input}' is a list of files, for which it is a number of files.`,
    hint: 'Write a whole number such as 10; to have the rows of its tables, give the input `read: table`.',
  });
}

async function* bySize(files: FileList, size: number): AsyncGenerator<readonly UnnumberedMiniBatch[]> {
  const pace = createPace();
  let chunkSize = firstChunk;
  let chunk: UnnumberedMiniBatch[] = [];
  let open: Listed[] = [];
  for await (const batch of files.batches()) {
    for (const file of batch) {
      open.push(file);
      if (open.length < size) continue;
      chunk.push(filesMiniBatch(open));
      open = [];
      if (chunk.length < chunkSize) continue;
      yield chunk;
      chunk = [];
      chunkSize = Math.min(2 * chunkSize, largestChunk);
    }
    if (pace.due()) await pace.pause();
  }
  if (open.length > 0) chunk.push(filesMiniBatch(open));
  if (chunk.length > 0) yield chunk;
}

function filesMiniBatch(files: readonly Listed[]): UnnumberedMiniBatch {
  return { slice: filesSlice(files), items: files.length };
}
