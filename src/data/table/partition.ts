import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnnumberedMiniBatch } from '../input.ts';
import { createPace } from '../pace.ts';
import type { Frame } from '../read/frame.ts';
import type { Constant, TableReader, TableSlice } from '../types.ts';
import { GroupSpool } from './group-spool.ts';
import { framesOf } from './materialize.ts';
import { type PlannedTable, slicesIn, slicesOf } from './planned-table.ts';
import { rowTextColumns, rowTextFormat, rowWriter } from './row-text.ts';

const chunkSize = 64;
const wholeFile = { kind: 'bytes', bytes: Number.POSITIVE_INFINITY } as const;

/** One mini-batch for each combination of values that the paths have, in order of first appearance. */
export async function* groupByPath(table: PlannedTable, keys: readonly string[]): AsyncGenerator<readonly UnnumberedMiniBatch[]> {
  const positions = keys.map((key) => table.constantColumns.findIndex(({ name }) => name === key));
  const groups = new Map<string, { readonly partition: Record<string, Constant>; readonly files: number[] }>();
  for (const file of table.files.paths.keys()) {
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
    for (const file of files) for await (const piece of slicesOf(table, file, wholeFile)) slices.push(...slicesIn(piece));
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
  // What is grouped lies on this machine's disk, wherever it came from.
  const { store: _, ...reader } = table.reader;
  const columns = rowTextColumns(reader.outputColumns);
  return {
    reader: { ...reader, root: directory, format: rowTextFormat, columns, transformations: [], outputColumns: reader.outputColumns },
    async *chunks() {
      await mkdir(directory, { recursive: true });
      const partitions: Record<string, Constant>[] = [];
      const ids = new Map<string, number>();
      const pace = createPace();
      const spool = await GroupSpool.open(directory);
      try {
        for (const file of table.files.paths.keys()) {
          for await (const frame of framesOf(table, file)) {
            const write = rowWriter(frame);
            const group = groupOf(frame, keys, ids, partitions);
            for (let row = 0; row < frame.length; row += 1) if (spool.add(group(row), write(row))) await spool.flush();
            yield [];
          }
        }
        const gathering = spool.gather(join(directory, groupedFile), pace);
        let step = await gathering.next();
        for (; step.done !== true; step = await gathering.next()) yield [];
        const stretches = step.value;
        for (let at = 0; at < stretches.length; at += chunkSize) {
          yield stretches.slice(at, at + chunkSize).map(({ start, end, rows }, index): UnnumberedMiniBatch => {
            return { slice: { kind: 'bytes', path: groupedFile, start, end }, items: rows, partition: partitions[at + index] ?? {} };
          });
        }
      } finally {
        await spool.close();
      }
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
    const [only] = values;
    // Text cannot be taken for the JSON of a list when something stands in front of it.
    const id = values.length === 1 && typeof only === 'string' ? `=${only}` : JSON.stringify(values);
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
