import type { UnnumberedMiniBatch } from '../input.ts';
import { createPace } from '../pace.ts';
import { noPathMatches, type PartitionFormat } from '../partition-format.ts';
import type { Listed } from '../stores/store.ts';
import type { Constant } from '../types.ts';
import type { FileList } from './file-list.ts';
import { filesSlice } from './files-slice.ts';

interface Group {
  readonly partition: Readonly<Record<string, Constant>>;
  readonly files: Listed[];
}

const chunkSize = 256;

/** One mini-batch for each combination of the keys' values, in the order in which they first appear among the paths. */
export async function* groupFiles(
  input: string,
  keys: readonly string[],
  files: FileList,
  format: PartitionFormat,
): AsyncGenerator<readonly UnnumberedMiniBatch[]> {
  const pace = createPace();
  const positions = keys.map((key) => format.columns.findIndex((column) => column.name === key));
  const groups = new Map<string, Group>();
  let example: string | undefined;
  let matched = false;
  for await (const batch of files.batches()) {
    for (const file of batch) {
      const { path } = file;
      const found = format.match(files.root === '' ? path : `${files.root}/${path}`);
      example ??= path;
      matched ||= found !== undefined;
      const values = positions.map((position) => found?.[position] ?? null);
      const id = JSON.stringify(values);
      const group = groups.get(id);
      if (group !== undefined) group.files.push(file);
      else groups.set(id, { partition: Object.fromEntries(keys.map((key, index) => [key, values[index] ?? null])), files: [file] });
    }
    if (pace.due()) await pace.pause();
  }
  if (example !== undefined && !matched) throw noPathMatches(format, input, example);
  const all = [...groups.values()].map(
    ({ partition, files }): UnnumberedMiniBatch => ({ slice: filesSlice(files), items: files.length, partition }),
  );
  for (let at = 0; at < all.length; at += chunkSize) yield all.slice(at, at + chunkSize);
}
