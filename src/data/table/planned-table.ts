import type { TableSize } from '../../language/mini-batch-size.ts';
import { onlyColumns } from '../read/only-columns.ts';
import type { Column, TablePiece, TableReader, TableSlice } from '../types.ts';
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
export async function* slicesOf(table: PlannedTable, file: number, size: TableSize): AsyncGenerator<TablePiece> {
  const constants = table.constants.get(file);
  for await (const piece of table.plan.pieces(table.files.paths[file] ?? '', size, onlyColumns(table.reader))) {
    if (constants === undefined) yield piece;
    else if (piece.kind === 'many') yield { ...piece, slices: piece.slices.map((slice) => ({ ...slice, constants })) };
    else yield { ...piece, constants };
  }
}

export function slicesIn(piece: TablePiece): readonly TableSlice[] {
  return piece.kind === 'many' ? piece.slices : [piece];
}
