/**
 * Types for the authors of entry scripts.
 *
 * ```ts
 * import type { RunContext, Table } from 'parallelrun/entry-script';
 *
 * interface Sale { store: string; amount: number | null }
 *
 * export function run(miniBatch: Table<Sale>, context: RunContext) {
 *   return [...miniBatch].map((sale) => `${context.minibatchIndex} ${sale.store} ${sale.amount ?? 0}`);
 * }
 * ```
 */

/** What `run` receives for file input: paths of local files. */
export type Files = readonly string[];

/** A mini-batch of rows: what `run` receives for tabular input. */
export interface Table<Row extends object = Record<string, Cell>> extends Iterable<Row> {
  /** Number of rows. */
  readonly length: number;
  readonly columns: readonly TableColumn[];
  /** The values of one column, in the order of the rows. Throws for a column that is not there. */
  column<Name extends keyof Row & string>(name: Name): ArrayLike<Row[Name]> & Iterable<Row[Name]>;
}

/** `integer` fits 53 bits and is a `number`; `bigint` needs more. */
export type TableColumnType = 'string' | 'integer' | 'bigint' | 'float' | 'boolean' | 'datetime' | 'object';

export interface TableColumn {
  readonly name: string;
  readonly type: TableColumnType;
}

/** A value of a table. `object`: a nested value of a JSON or Parquet file. */
export type Cell = string | number | bigint | boolean | Date | null | object;

/** `run`'s second argument; passed when the function declares two parameters. */
export interface RunContext {
  /** 0-based, in input order. */
  readonly minibatchIndex: number;
  /** With `partition_keys`: the values that this mini-batch was grouped by, by key. */
  readonly partitionKeyValue: Readonly<Record<string, string | number | boolean | null>>;
  /** The name of the input that this mini-batch is a part of. */
  readonly datasetName: string;
  readonly dataset: DatasetPart;
}

/** The part of an input that a mini-batch is. Prints as its name and paths. */
export interface DatasetPart {
  readonly name: string;
  /** Absolute paths of the files that it is made of. */
  readonly paths: readonly string[];
  toString(): string;
}

/** What `run` may return: one row for each item that was processed. */
export type Rows = readonly unknown[] | Iterable<unknown> | AsyncIterable<unknown>;
