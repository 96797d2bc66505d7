import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnnumberedMiniBatch } from '../input.ts';
import { createPace } from '../pace.ts';
import { columnIndex, type Frame, type RowText } from '../read/frame.ts';
import type { RawFrame } from '../read/reader.ts';
import type { Constant, TableFormat, TableReader, TableSlice } from '../types.ts';
import { GroupSpool } from './group-spool.ts';
import { Groups, partitionOf } from './groups.ts';
import { readOf } from './materialize.ts';
import { type KeyedRows, plainRows } from './plain-rows.ts';
import { type PlannedTable, slicesIn, slicesOf } from './planned-table.ts';
import { rowTextColumns, rowTextFormat, writtenRows } from './row-text.ts';

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

/** Within the folder of what is grouped. */
const groupedFile = 'grouped';

/** Rows in the order of their groups, on disk. */
export interface Regrouped {
  readonly reader: TableReader;
  chunks(): AsyncIterable<readonly UnnumberedMiniBatch[]>;
}

/**
 * Columns of the data: the rows are put on disk once, sorted by group, in bounded memory. Groups stand in order of first
 * appearance, and rows within a group in input order. Text is copied as it stands, where each row says the same there.
 */
export async function regroup(table: PlannedTable, keys: readonly string[], directory: string): Promise<Regrouped> {
  // What is grouped lies on this machine's disk, wherever it came from.
  const { store: _, ...reader } = table.reader;
  const isCopied = reader.transformations.length === 0 && (await table.plan.readsAlike?.()) === true;
  const written = { format: rowTextFormat, columns: rowTextColumns(reader.outputColumns), transformations: [] };
  return {
    reader: { ...reader, root: directory, ...(isCopied ? {} : written) },
    async *chunks() {
      await mkdir(directory, { recursive: true });
      const groups = new Groups(keys);
      const pace = createPace();
      const read = isCopied ? copiedRows(table.reader, keys) : async (raw: RawFrame) => keyedRows(await raw.frame(), keys, writtenRows);
      const spool = await GroupSpool.open(directory, isCopied ? lineFeed(reader.format) : lineFeed(rowTextFormat));
      try {
        for (const file of table.files.paths.keys()) {
          for await (const { text, keys: values, length } of readOf(table, file, read)) {
            await spool.add(text, groups.of(values, length));
            yield [];
          }
        }
        const gathering = spool.gather(join(directory, groupedFile), pace);
        let step = await gathering.next();
        for (; step.done !== true; step = await gathering.next()) yield [];
        const stretches = step.value;
        for (let at = 0; at < stretches.length; at += chunkSize) {
          yield stretches.slice(at, at + chunkSize).map(({ start, end, rows }, index): UnnumberedMiniBatch => {
            return { slice: { kind: 'bytes', path: groupedFile, start, end }, items: rows, partition: groups.partition(at + index) };
          });
        }
      } finally {
        await spool.close();
      }
    },
  };
}

/** Rows as they stand. */
function copiedRows(reader: TableReader, keys: readonly string[]): (raw: RawFrame) => Promise<KeyedRows> {
  const plain = reader.format.kind === 'delimited' ? plainRows(reader, reader.format, keys) : undefined;
  const textOf = (frame: Frame): RowText => {
    if (frame.text === undefined) throw new Error('what is read as text has its text');
    return frame.text();
  };
  return async (raw) => (raw.bytes === undefined ? undefined : plain?.(raw.bytes)) ?? keyedRows(await raw.frame(), keys, textOf);
}

function keyedRows(frame: Frame, keys: readonly string[], textOf: (frame: Frame) => RowText): KeyedRows {
  return { text: textOf(frame), keys: keys.map((key) => frame.values[columnIndex(frame, key)] ?? []), length: frame.length };
}

function lineFeed(format: TableFormat): Buffer {
  return Buffer.from('\n', format.kind !== 'parquet' && format.encoding === 'utf-16le' ? 'utf16le' : 'latin1');
}
