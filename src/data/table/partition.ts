import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnnumberedMiniBatch } from '../input.ts';
import { createPace } from '../pace.ts';
import type { Frame } from '../read/frame.ts';
import type { Constant, TableReader, TableSlice } from '../types.ts';
import { framesOf } from './materialize.ts';
import { type PlannedTable, slicesOf } from './plan-table.ts';
import { openSorter } from './row-sorter.ts';
import { rowTextColumns, rowTextFormat, rowWriter } from './row-text.ts';

const chunkSize = 64;
const wholeFile = Number.MAX_SAFE_INTEGER;

/** One mini-batch for each combination of values that the paths have, in order of first appearance. */
export async function* groupByPath(table: PlannedTable, keys: readonly string[]): AsyncGenerator<readonly UnnumberedMiniBatch[]> {
  const positions = keys.map((key) => table.constantColumns.findIndex(({ name }) => name === key));
  const groups = new Map<string, { readonly partition: Record<string, Constant>; readonly files: number[] }>();
  for (const file of table.files.keys()) {
    const constants = table.constants.get(file);
    const values = positions.map((position) => constants?.[position] ?? null);
    const id = JSON.stringify(values);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { partition: partitionOf(keys, values), files: [file] });
    else group.files.push(file);
  }
  let chunk: UnnumberedMiniBatch[] = [];
  for (const { partition, files } of groups.values()) {
    const slices: TableSlice[] = [];
    for (const file of files) for await (const slice of slicesOf(table, file, wholeFile)) slices.push(slice);
    const [only] = slices;
    if (only === undefined) continue;
    chunk.push({ slice: slices.length === 1 ? only : { kind: 'many', slices }, partition });
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function partitionOf(keys: readonly string[], values: readonly Constant[]): Record<string, Constant> {
  return Object.fromEntries(keys.map((key, index) => [key, values[index] ?? null]));
}

const groupedFile = 'grouped.csv';

/**
 * Columns of the data: the rows are put on disk once, sorted by group, in bounded memory. Groups stand in order of first
 * appearance, and rows within a group in input order.
 */
export function regroup(
  table: PlannedTable,
  keys: readonly string[],
  directory: string,
): { readonly reader: TableReader; chunks(): AsyncIterable<readonly UnnumberedMiniBatch[]> } {
  const { reader } = table;
  const columns = rowTextColumns(reader.outputColumns);
  return {
    reader: { ...reader, root: directory, format: rowTextFormat, columns, transformations: [], outputColumns: reader.outputColumns },
    async *chunks() {
      await mkdir(directory, { recursive: true });
      const partitions: Record<string, Constant>[] = [];
      await using sorter = await openSorter(directory);
      const ids = new Map<string, number>();
      for (const file of table.files.keys()) {
        for await (const frame of framesOf(table, file)) {
          const write = rowWriter(frame);
          const group = groupOf(frame, keys, ids, partitions);
          for (let row = 0; row < frame.length; row += 1) sorter.add(group(row), write(row));
        }
      }
      yield* writeGroups(sorter.sorted(), directory, partitions);
    },
  };
}

/** Numbers the combinations of values in order of first appearance. */
function groupOf(
  frame: Frame,
  keys: readonly string[],
  ids: Map<string, number>,
  partitions: Record<string, Constant>[],
): (row: number) => number {
  const columns = keys.map((key) => frame.values[frame.columns.findIndex(({ name }) => name === key)] ?? []);
  return (row) => {
    const values = columns.map((column) => plainValue(column[row]));
    const id = JSON.stringify(values);
    const known = ids.get(id);
    if (known !== undefined) return known;
    ids.set(id, partitions.length);
    return partitions.push(partitionOf(keys, values)) - 1;
  };
}

function plainValue(value: unknown): Constant {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return typeof value === 'string' || typeof value === 'boolean'
    ? value
    : value === null || value === undefined
      ? null
      : JSON.stringify(value);
}

async function* writeGroups(
  rows: AsyncIterable<readonly { readonly group: number; readonly text: string }[]>,
  directory: string,
  partitions: readonly Record<string, Constant>[],
): AsyncGenerator<readonly UnnumberedMiniBatch[]> {
  const handle: FileHandle = await open(join(directory, groupedFile), 'w');
  const pace = createPace();
  try {
    let at = 0;
    let current: { group: number; start: number; items: number } | undefined;
    let done: UnnumberedMiniBatch[] = [];
    const finish = (): void => {
      const partition = current === undefined ? undefined : partitions[current.group];
      if (current === undefined || partition === undefined) return;
      done.push({ slice: { kind: 'bytes', path: groupedFile, start: current.start, end: at }, items: current.items, partition });
    };
    for await (const batch of rows) {
      let text = '';
      for (const row of batch) {
        if (current?.group !== row.group) {
          finish();
          current = { group: row.group, start: at, items: 0 };
        }
        current.items += 1;
        text += row.text;
        at += Buffer.byteLength(row.text);
      }
      await handle.appendFile(text);
      if (done.length > 0) yield done;
      done = [];
      if (pace.due()) await pace.pause();
    }
    finish();
    if (done.length > 0) yield done;
  } finally {
    await handle.close();
  }
}
