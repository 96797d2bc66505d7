import type { TableSize } from '../../language/mini-batch-size.ts';
import type { Column, TableFormat, TableSlice } from '../types.ts';

/** Whether the values of a column that are looked at are wanted afterwards. */
export type Keep = (column: string) => boolean;

/** What is known of a table's files before the first mini-batch, whatever their format. */
export interface FormatPlan {
  readonly format: TableFormat;
  /** Columns as they stand in the files. */
  readonly columns: readonly Column[];
  readonly typesHint: string;
  readonly notices: readonly string[];
  /** Pieces of one file of about so many bytes, or of so many rows, in order. None for a file without rows. */
  pieces(path: string, size: TableSize): AsyncIterable<TableSlice>;
  /** Values of a column that were looked at, as they stand in the files. For the type of what they are converted to. */
  sampled(column: string): Iterable<unknown>;
}
