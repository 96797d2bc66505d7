import type { TableSize } from '../../language/mini-batch-size.ts';
import type { Column, TableReader, TableSlice } from '../types.ts';
import type { FormatPlan } from './format-plan.ts';
import type { TableFiles } from './table-files.ts';

/** A table whose reader is known: how to get its slices. */
export interface PlannedTable {
  readonly reader: TableReader;
  readonly plan: FormatPlan;
  readonly files: TableFiles;
  /** Columns that are the same for all rows of a file, and their values, in the order of the files. */
  readonly constantColumns: readonly Column[];
  readonly constants: ReadonlyMap<number, TableSlice['constants']>;
  readonly notices: readonly string[];
}

/** The pieces of one file, with its constants. */
export async function* slicesOf(table: PlannedTable, file: number, size: TableSize): AsyncGenerator<TableSlice> {
  const constants = table.constants.get(file);
  for await (const slice of table.plan.pieces(table.files.paths[file] ?? '', size))
    yield constants === undefined ? slice : { ...slice, constants };
}
