/**
 * Planning: an input becomes a stream of mini-batch descriptors and, for each input, one reader that every worker
 * is told once. Descriptors travel, data does not: a worker reads its own slice.
 */

import type { MiniBatchSize } from '../language/mini-batch-size.ts';
import type { Window } from '../language/portion.ts';
import type { DataType } from '../language/types.ts';
import type { DataStore, StorePlace } from './stores/store.ts';

/** One input to split; URIs and assets were resolved before. */
export interface SplitInput {
  readonly name: string;
  readonly type: DataType;
  /** The files of a folder are one table, though the type says otherwise. */
  readonly read?: 'table';
  /** In its store; on this machine's disk it is absolute. */
  readonly path: string;
  /** Default: this machine's disk. */
  readonly store?: DataStore;
  /** v1 `partition_format` of the dataset. */
  readonly partitionFormat?: string;
  /** What an MLTable names that is not on this machine, as it is written there: where it was brought to. */
  readonly brought?: Brought;
}

export type Brought = Readonly<Record<string, string>>;

export interface SplitSettings {
  readonly miniBatchSize: MiniBatchSize;
  readonly partitionKeys: readonly string[];
  /** N > 0: no input is read, N empty mini-batches are planned. */
  readonly rankMiniBatchCount: number;
  /** Only these mini-batches (`--limit`, `--mini-batch`). Default: all. */
  readonly window?: Window;
  /** A folder of the step's own for what regrouping by columns has to put on disk. */
  readonly scratch: string;
  /** A Python of the step's environment, for what only Python can list (Delta). Default: `python3`. */
  readonly python?: string;
  /** Nothing is written: what the input is and how it would be read is all that is wanted. Default: false. */
  readonly lookOnly?: boolean;
}

/** A value that is the same for every row of a file, taken from its path. Date-times as ISO 8601 in UTC. */
export type Constant = string | number | boolean | null;

/** Some of a file that is not on this machine. */
export interface FilePart {
  /** Bytes of the whole file. */
  readonly size: number;
  /** What tells where everything is stands from this byte to the end; it belongs to every part. */
  readonly tail: number;
  /** Bytes [start, end), in ascending order. */
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

/** A piece of one table file. */
export type TableSlice =
  /**
   * Bytes [start, end) of a delimited or JSON-lines file, cut at row boundaries; a header line is never inside.
   * The line number that an error names is counted by the reader when there is an error, not before.
   */
  | {
      readonly kind: 'bytes';
      readonly path: string;
      readonly start: number;
      readonly end: number;
      /** Of the file, where its store tells: bytes of another version are never read. */
      readonly version?: string;
      /**
       * Delimited, where this file's header is not that of the reader: for each position in a row the index into
       * `TableReader.columns`. Columns of the reader that are not named are null. Absent: 0, 1, 2 …
       */
      readonly fields?: readonly number[];
      /** For `constant_columns`: the values of this file, in the order of its columns. */
      readonly constants?: readonly Constant[];
    }
  /** Rows [start, end) of a Parquet file. */
  | {
      readonly kind: 'rows';
      readonly path: string;
      readonly start: number;
      readonly end: number;
      /** Columns of the reader that this file has not: null. Absent: it has all. */
      readonly absent?: readonly string[];
      readonly version?: string;
      /** Of a file that is not on this machine: where in it these rows are, perhaps with some of their neighbours. */
      readonly part?: FilePart;
      readonly constants?: readonly Constant[];
    };

/** One after the other as one table: all files (or pieces) of a combination of partition values, or what of a file is fetched apart. */
export interface ManySlices {
  readonly kind: 'many';
  readonly slices: readonly TableSlice[];
}

/** A piece of one table file, as a mini-batch has it. */
export type TablePiece = TableSlice | ManySlices;

/** What a mini-batch is; JSON on the wire. File paths stand relative to the reader's root. */
export type Slice =
  | {
      readonly kind: 'files';
      readonly paths: readonly string[];
      /** Of each file, where its store tells while it lists: another version is never read. */
      readonly versions?: readonly string[];
    }
  | TablePiece
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

/**
 * How a column looks in every mini-batch.
 *
 * | type       | pandas                                | TypeScript          | text in a delimited file                              |
 * | ---------- | ------------------------------------- | ------------------- | ----------------------------------------------------- |
 * | `string`   | `str`                                 | string              | as it stands                                          |
 * | `integer`  | int64; float64 when nullable          | number              | digits with a sign, spaces around; fits 53 bits; also `1.0`, `1e3` |
 * | `bigint`   | int64; `Int64` when nullable          | bigint              | the same, fits int64                                  |
 * | `ubigint`  | uint64; `UInt64` when nullable        | bigint              | the same, fits uint64                                 |
 * | `float`    | float64                               | number              | also `1e5`, `.5`, inf, infinity, nan in any case      |
 * | `boolean`  | bool; object when nullable            | boolean             | one of the format's `trueValues`, `falseValues`       |
 * | `datetime` | datetime64[ns], UTC without a zone    | Date                | one of the column's `formats`, the first that fits    |
 * | `object`   | object: what the format's parser gives | what the parser gives | JSON                                                |
 *
 * Null is NaN, NaT or None in pandas and null in TypeScript.
 */
export type ColumnType = 'string' | 'integer' | 'bigint' | 'ubigint' | 'float' | 'boolean' | 'datetime' | 'object';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Nulls were seen or are possible. A null in a column that is not nullable is a misfit, as is a value that is not of the type. */
  readonly nullable: boolean;
  /** `datetime` in text: formats of Python's `strptime` (only %Y %y %m %d %a %A %b %B %H %I %M %S %f %p %z and literal text in any case), tried in this order; %y is 1970 to 2069. */
  readonly formats?: readonly string[];
  /** `datetime` that scripts see: days without a time, which pandas has as `datetime.date`. */
  readonly days?: true;
}

export type Reader =
  | { readonly kind: 'none'; readonly name: string }
  | {
      readonly kind: 'files';
      readonly name: string;
      /** Absent: this machine's disk. */
      readonly store?: StorePlace;
      /** A folder of the store; slices' paths are relative to it. '' when they are the store's own (on this machine's disk: absolute). */
      readonly root: string;
    }
  | TableReader;

/** Everything that a worker must know to turn a slice into rows; decided once per input, before the first mini-batch. */
export interface TableReader {
  readonly kind: 'table';
  readonly name: string;
  /** Absent: this machine's disk. */
  readonly store?: StorePlace;
  /** A folder of the store; slices' paths are relative to it. '' when they are the store's own. */
  readonly root: string;
  readonly format: TableFormat;
  /** Columns as they stand in the files, in order, with the type that each is parsed to. */
  readonly columns: readonly Column[];
  /** Row-wise steps after parsing, in order (MLTable transformations that can be done slice by slice). */
  readonly transformations: readonly Transformation[];
  /** Columns that the script sees, after the transformations. */
  readonly outputColumns: readonly Column[];
  /** What decided the types and how to decide otherwise: the end of the message about a value that does not fit. */
  readonly typesHint: string;
}

export type TableFormat =
  | {
      readonly kind: 'delimited';
      /** One byte. */
      readonly delimiter: string;
      readonly quote: string | null;
      /** A name that both Node and Python know. A byte order mark at the start of the file is never inside a slice. */
      readonly encoding: 'utf-8' | 'utf-16le' | 'windows-1252';
      /** True: a line end inside quotes belongs to the cell. False: every line end ends the row, a quote that is not closed is text. */
      readonly multiline: boolean;
      /** True: a carriage return alone ends a row too (pandas). */
      readonly bareCarriageReturn: boolean;
      /** Cells that are null; '' stands for the empty cell. */
      readonly nulls: readonly string[];
      /** True: `"NA"` and `""` are null like NA and the empty cell (pandas). False: a quoted cell is never null. */
      readonly quotedNulls: boolean;
      readonly trueValues: readonly string[];
      readonly falseValues: readonly string[];
      /** A zero byte is a character like others (MLTable), or stands for text that is none: an error. */
      readonly zeroBytes: 'text' | 'error';
      /** Empty lines are no rows; true: nor are lines of blanks only (pandas). */
      readonly blankLinesAreEmpty: boolean;
      /** A row with fewer cells than the file has columns: `error` fails the mini-batch, `null` fills up. One with more always fails it. */
      readonly shortRows: 'error' | 'null';
    }
  /**
   * One object a line; empty lines are no rows. A key that is missing is null; a key that is no column fails the mini-batch.
   * `drop` leaves out lines that are no JSON object.
   */
  | { readonly kind: 'json_lines'; readonly encoding: 'utf-8' | 'utf-16le' | 'windows-1252'; readonly badRows: 'error' | 'drop' }
  | { readonly kind: 'parquet' };

/** Row-wise transformations. A value that does not fit fails the mini-batch; it is never turned into null in silence. */
export type Transformation =
  /** The kept columns stay in the table's order. Names that the table has not are ignored, here and in drop and convert. */
  | { readonly op: 'keep_columns'; readonly columns: readonly string[] }
  | { readonly op: 'drop_columns'; readonly columns: readonly string[] }
  | { readonly op: 'convert'; readonly columns: readonly string[]; readonly to: Conversion }
  | { readonly op: 'filter'; readonly expression: FilterExpression }
  /** The absolute path of the row's file, as the first column. */
  | { readonly op: 'path_column'; readonly column: string }
  /** `slice.constants`, before or behind the other columns. */
  | { readonly op: 'constant_columns'; readonly columns: readonly Column[]; readonly first: boolean };

/**
 * Null stays null, and so does NaN, which pandas cannot tell from it, except under `float`; text that is empty or blank becomes null, except under `string` and `boolean`. Whatever else cannot be
 * converted fails the mini-batch.
 *
 * - integer (int64; the column is then `bigint` in `outputColumns`, or `integer` where the planner knows that it fits),
 *   float: text as in a delimited file, also `6.9` → 6 and `1e3` → 1000; true → 1. A datetime does not fit, nor does an
 *   integer from a number out of range.
 * - string: 1.0 → `1`, 1e20 → `100000000000000000000` (the shortest digits, without an exponent), inf → `inf`, true → `True`, a datetime → `2020-01-02T00:00:00+00:00`.
 * - boolean: a number that is not 0 → true; text by the lists (exactly). Other text: see `mismatchAs`. A datetime does not fit.
 * - datetime: text by the first of `formats` that fits (as in `Column.formats`, every variant is spelled out; spaces around
 *   are dropped). `dateConstant` (`2020-01-02`) is the date where a format has only a time. A datetime stays.
 * - stream_info: the same text.
 */
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

/**
 * A row stays when the expression is true. Null in an operand makes the result null; `and`, `or`, `not` know null as SQL does.
 * The planner has refused comparisons of unlike types, except that a boolean compares with a number as 0 or 1, and that the
 * values of `object` columns are looked at one by one: unlike ones are not equal, and cannot be ordered (an error).
 * Text is ordered by its UTF-8 bytes. `/` is true division; `%` has the sign of the divisor; a division by 0 gives null.
 */
export type FilterExpression =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
  | { readonly kind: 'datetime' /** ISO 8601, UTC. */; readonly value: string }
  | { readonly kind: 'unary'; readonly op: 'not' | '-'; readonly operand: FilterExpression }
  | {
      readonly kind: 'binary';
      readonly op: '==' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or' | '+' | '-' | '*' | '/' | '%' | 'startswith';
      readonly left: FilterExpression;
      readonly right: FilterExpression;
    };

export interface Plan {
  readonly readers: readonly Reader[];
  /** Chunks of mini-batches, in input order; deterministic for the same input. Rejects with a RequestError. */
  readonly miniBatches: AsyncIterable<readonly PlannedMiniBatch[]>;
  /** Said once at the start (`10 columns, types from a sample of …`). */
  readonly notices: readonly string[];
}
