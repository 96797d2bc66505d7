/**
 * Planning: an input becomes a stream of mini-batch descriptors and, for each input, one reader that every worker
 * is told once. Descriptors travel, data does not: a worker reads its own slice.
 */
import type { DataType } from '../spec/types.ts';

/** One input to split. `path` is local and absolute; URIs and assets were resolved before. */
export interface SplitInput {
  readonly name: string;
  readonly type: DataType;
  readonly path: string;
  /** v1 `partition_format` of the dataset. */
  readonly partitionFormat?: string;
}

export interface SplitSettings {
  readonly miniBatchSize?: string;
  readonly partitionKeys: readonly string[];
  /** N > 0: no input is read, N empty mini-batches are planned. */
  readonly rankMiniBatchCount: number;
  /** Only the first mini-batches (`--limit`). */
  readonly limit?: number;
  /** A folder of the step's own for what regrouping by columns has to put on disk. */
  readonly scratch: string;
}

/**
 * A piece of the input; JSON on the wire, so short keys would save nothing that compression of paths does not:
 * file paths stand relative to the reader's root.
 */
export type Slice =
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  /** Bytes [start, end) of a delimited or JSON-lines file, cut at row boundaries; a header line is never inside. `row` is the number of the first row in the file when it is known cheaply. */
  | {
      readonly kind: 'bytes';
      readonly path: string;
      readonly start: number;
      readonly end: number;
      readonly skip?: number;
      readonly take?: number;
    }
  /** Rows [start, end) of a Parquet file. */
  | { readonly kind: 'rows'; readonly path: string; readonly start: number; readonly end: number }
  | { readonly kind: 'none' };

export interface PlannedMiniBatch {
  /** Index into `Plan.readers`. */
  readonly reader: number;
  readonly slice: Slice;
  /** Items, when the planner knows: always for files; absent for byte ranges, where the worker counts rows. */
  readonly items?: number;
  /** With partition_keys: the values that this mini-batch was grouped by. */
  readonly partition?: Readonly<Record<string, string | number | boolean | null>>;
}

/** How a column looks in every mini-batch. `integer` fits 53 bits; `bigint` needs more. */
export type ColumnType = 'string' | 'integer' | 'bigint' | 'float' | 'boolean' | 'datetime' | 'object';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Seen (or possible) nulls: an integer column with nulls is a float64 column in pandas. */
  readonly nullable: boolean;
  /** `bigint`: values of 2^63 and more were seen, none is negative (uint64). */
  readonly unsigned?: boolean;
  /** `datetime` in text: what 01/02/2020 is in this column, for the whole input. Default: the month comes first. */
  readonly dayFirst?: boolean;
}

export type Reader =
  | { readonly kind: 'none'; readonly name: string }
  | {
      readonly kind: 'files';
      readonly name: string /** Absolute; slices' paths are relative to it. '' when they are absolute. */;
      readonly root: string;
    }
  | TableReader;

/** Everything that a worker must know to turn a slice into rows; decided once per input, before the first mini-batch. */
export interface TableReader {
  readonly kind: 'table';
  readonly name: string;
  readonly root: string;
  readonly format: TableFormat;
  /** Columns as they stand in the files, in order, with the type that each is parsed to. */
  readonly columns: readonly Column[];
  /** Row-wise steps after parsing, in order (MLTable transformations that can be done slice by slice). */
  readonly transformations: readonly Transformation[];
  /** Columns that the script sees, after the transformations. */
  readonly outputColumns: readonly Column[];
}

export type TableFormat =
  | {
      readonly kind: 'delimited';
      readonly delimiter: string;
      readonly quote: string | null;
      readonly encoding: string;
      /** Null spellings besides the empty cell; pandas' list for a plain file, none for an MLTable. */
      readonly nulls: readonly string[];
      /** `""` is an empty string (MLTable) or null (pandas). */
      readonly quotedEmptyIsNull: boolean;
      readonly skipEmptyLines: boolean;
      /** A quoted value may hold line ends. Without it, a quote that is not closed in its line is part of the text. */
      readonly multiLine: boolean;
      /** A ragged row, a misfit … `error` fails the mini-batch naming row and column; `drop` leaves the row out. */
      readonly badRows: 'error' | 'drop';
    }
  | { readonly kind: 'json_lines'; readonly encoding: string; readonly badRows: 'error' | 'drop' }
  | { readonly kind: 'parquet' };

/** Row-wise transformations. A value that does not fit fails the mini-batch; it is never turned into null in silence. */
export type Transformation =
  | { readonly op: 'keep_columns'; readonly columns: readonly string[] }
  | { readonly op: 'drop_columns'; readonly columns: readonly string[] }
  | { readonly op: 'convert'; readonly columns: readonly string[]; readonly to: Conversion }
  | { readonly op: 'filter'; readonly expression: FilterExpression }
  /** A constant column for the file at hand: its path, or parts of it (partition format). Values by file path (relative to root). */
  | { readonly op: 'path_column'; readonly column: string }
  | { readonly op: 'partition_columns'; readonly format: string; readonly columns: readonly Column[]; readonly first: boolean };

export type Conversion =
  | { readonly type: 'integer' | 'float' | 'string' }
  | {
      readonly type: 'boolean';
      readonly trueValues: readonly string[];
      readonly falseValues: readonly string[];
      readonly mismatchAs: 'true' | 'false' | 'error';
    }
  | { readonly type: 'datetime'; readonly formats: readonly string[]; readonly dateConstant?: string }
  | { readonly type: 'stream_info' };

export type FilterExpression =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
  | { readonly kind: 'datetime' /** ISO 8601 */; readonly value: string }
  | { readonly kind: 'unary'; readonly op: 'not' | '-'; readonly operand: FilterExpression }
  | {
      readonly kind: 'binary';
      readonly op: '==' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or' | '+' | '-' | '*' | '/' | '%' | 'startswith';
      readonly left: FilterExpression;
      readonly right: FilterExpression;
    };

export interface Plan {
  readonly readers: readonly Reader[];
  /** Chunks of mini-batches, in input order; deterministic for the same input. Rejects with a RequestError or JobFailure. */
  readonly miniBatches: AsyncIterable<readonly PlannedMiniBatch[]>;
  /** Said once at the start (`10 columns, types from a sample of …`). */
  readonly notices: readonly string[];
}
