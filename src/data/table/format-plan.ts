import type { TableSize } from '../../language/mini-batch-size.ts';
import type { HoldPart } from '../fetch/fetched-parts.ts';
import type { Column, TableFormat, TablePiece } from '../types.ts';

/** Whether the values of a column that are looked at are wanted afterwards. */
export type Keep = (column: string) => boolean;

/** What is known of a table's files before the first mini-batch, whatever their format. */
export interface FormatPlan {
  readonly format: TableFormat;
  /** Columns as they stand in the files. */
  readonly columns: readonly Column[];
  readonly typesHint: string;
  readonly notices: readonly string[];
  /**
   * Pieces of one file of about so many bytes, or of so many rows, in order. None for a file without rows.
   * @param wanted the only columns that will be read, where those are not all
   */
  pieces(path: string, size: TableSize, wanted?: readonly string[]): AsyncIterable<TablePiece>;
  /** Values of a column that were looked at, as they stand in the files. For the type of what they are converted to. */
  sampled(column: string): Iterable<unknown>;
  /** Whether a row's text means the same in whichever of the files it stands. Absent: rows are no text. */
  readonly readsAlike?: () => Promise<boolean>;
  /** How the planner gets at rows of files that are not on this machine, where a store alone is not enough. */
  readonly hold?: HoldPart;
  /** No piece will be asked for any more, and no row be read. */
  close?(): Promise<void>;
}
