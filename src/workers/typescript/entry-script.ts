/**
 * Types for the authors of entry scripts.
 *
 * ```ts
 * import type { RunContext, Table } from 'parallelrun/entry-script';
 *
 * interface Sale { store: string; amount: number | null }
 *
 * export function run(miniBatch: Table<Sale>, context: RunContext) {
 *   return miniBatch.toArray().map((sale) => `${context.minibatchIndex} ${sale.store} ${sale.amount ?? 0}`);
 * }
 * ```
 */

export type { Table } from '../../data/read/table.ts';
export type { Column, ColumnType } from '../../data/types.ts';

/** What `run` receives for file input: paths of local files. (For tabular input it is a `Table`.) */
export type MiniBatch = string[];

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
  /** Of a slice of one file: `bytes 0 to 1048576`, `rows 0 to 57000` (ends are not inside). */
  readonly range?: string;
  toString(): string;
}

/** What `run` may return: one row for each item that was processed. */
export type Rows = readonly unknown[] | Iterable<unknown> | AsyncIterable<unknown>;
