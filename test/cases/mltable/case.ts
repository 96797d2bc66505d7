/** A folder with an MLTable: what the `mltable` library reads from it is recorded, and both our readers are held against that. */
export interface MLTableCase {
  /** Unique; the folder's name too. */
  readonly name: string;
  /** Text, bytes, or for Parquet a query of DuckDB for its rows, with what else its metadata says. */
  readonly files: Readonly<Record<string, FileContent>>;
  /** The MLTable, or its text. */
  readonly table: Readonly<Record<string, unknown>> | string;
}

export type FileContent = string | Buffer | { readonly rows: string; readonly metadata?: Readonly<Record<string, string>> };

/** What a table turned out to be; `kinds` are numpy's letters, `-` for a column of nulls alone. */
export type Outcome =
  | {
      readonly columns: readonly string[];
      readonly kinds: string;
      readonly rows: readonly (readonly unknown[])[];
      /** The library alone: a data frame whose rows have names. */
      readonly index?: readonly unknown[];
    }
  | { readonly error: string };

type Steps = readonly (string | Readonly<Record<string, unknown>>)[];

/** One delimited file. */
export function csv(name: string, text: string | Buffer, read: Readonly<Record<string, unknown>> = {}, steps: Steps = []): MLTableCase {
  return { name, files: { 'a.csv': text }, table: { paths: [{ file: './a.csv' }], transformations: [{ read_delimited: read }, ...steps] } };
}

/** Several delimited files, in the order of their names. */
export function csvs(
  name: string,
  files: MLTableCase['files'],
  read: Readonly<Record<string, unknown>> = {},
  steps: Steps = [],
): MLTableCase {
  const paths = Object.keys(files).map((file) => ({ file: `./${file}` }));
  return { name, files, table: { paths, transformations: [{ read_delimited: read }, ...steps] } };
}

/** One file of JSON lines. */
export function jsonLines(name: string, text: string, read: Readonly<Record<string, unknown>> = {}, steps: Steps = []): MLTableCase {
  return {
    name,
    files: { 'a.jsonl': text },
    table: { paths: [{ file: './a.jsonl' }], transformations: [{ read_json_lines: read }, ...steps] },
  };
}

/** One Parquet file, its rows a query of DuckDB. */
export function parquet(name: string, rows: string, steps: Steps = [], metadata?: Readonly<Record<string, string>>): MLTableCase {
  return {
    name,
    files: { 'a.parquet': { rows, ...(metadata !== undefined && { metadata }) } },
    table: { paths: [{ file: './a.parquet' }], transformations: ['read_parquet', ...steps] },
  };
}

/** Any folder. */
export function folder(name: string, files: MLTableCase['files'], paths: Steps, transformations: Steps): MLTableCase {
  return { name, files, table: { paths, transformations } };
}

/** Cases in which we give something else than the library. */
export type Differences = Readonly<
  Record<
    string,
    {
      /** The case's first words in the table of differences of docs/data.md. */
      readonly why: string;
      readonly gives: Outcome;
    }
  >
>;
