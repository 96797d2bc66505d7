import type { UnnumberedMiniBatch } from '../input.ts';
import { createPace } from '../pace.ts';
import { noPathMatches, type PartitionFormat } from '../partition-format.ts';
import type { Constant } from '../types.ts';
import type { FileList } from './file-list.ts';

interface Group {
  readonly partition: Readonly<Record<string, Constant>>;
  readonly paths: string[];
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
    for (const { path } of batch) {
      const found = format.match(files.root === '' ? path : `${files.root}/${path}`);
      example ??= path;
      matched ||= found !== undefined;
      const values = positions.map((position) => found?.[position] ?? null);
      const id = JSON.stringify(values);
      const group = groups.get(id);
      if (group !== undefined) group.paths.push(path);
      else groups.set(id, { partition: Object.fromEntries(keys.map((key, index) => [key, values[index] ?? null])), paths: [path] });
    }
    if (pace.due()) await pace.pause();
  }
  if (example !== undefined && !matched) throw noPathMatches(format, input, example);
  const all = [...groups.values()].map(
    ({ partition, paths }): UnnumberedMiniBatch => ({ slice: { kind: 'files', paths }, items: paths.length, partition }),
  );
  for (let at = 0; at < all.length; at += chunkSize) yield all.slice(at, at + chunkSize);
}
