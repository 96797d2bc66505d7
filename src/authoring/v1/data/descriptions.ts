/** Datasets and outputs as plain data, told apart by `kind`: all that steps, graphs and the compiler need to know of the classes here. */
import type { OutputMode, TableView } from '../../../language/types.ts';
import type { MLTable, TablePath } from './mltable.ts';

/** Where the files of a dataset are. */
export type FileSource =
  | { readonly kind: 'paths'; readonly paths: readonly TablePath[] }
  | { readonly kind: 'mltable'; readonly path: string };

export type { TableView } from '../../../language/types.ts';

/** Files, each an item. */
export interface FilesDescription {
  readonly kind: 'files';
  readonly source: FileSource;
  /** Names the parts of the paths: `{brand}/{date:yyyy/MM}/…`. */
  readonly partitionFormat: string | undefined;
}

/** Rows of delimited, Parquet or JSON-lines files. */
export interface RowsDescription {
  readonly kind: 'rows';
  /** Its description, or where its MLTable stands. */
  readonly table: MLTable | string;
}

/** What a step writes, as a dataset for another step. */
export interface WrittenDescription {
  readonly kind: 'written';
  readonly output: OutputDescription;
  /** None: files. */
  readonly table: TableView | undefined;
}

/** A folder that a step writes. */
export interface OutputDescription {
  readonly name: string;
  readonly origin: OutputOrigin;
  readonly mode: OutputMode;
  readonly datastore?: { readonly name: string } | undefined;
  /** In the datastore; may hold `{run-id}` and `{output-name}`. */
  readonly pathOnDatastore?: string | undefined;
  readonly registration?: Registration | undefined;
  /** The output of the pipeline that it is. */
  readonly pipelineOutputName?: string | undefined;
}

/** One for all copies of an output that differ only in how they are delivered or registered. */
export interface OutputOrigin {
  /** False: the step that writes it chooses the name. */
  readonly isNamed: boolean;
  /** Until it is chosen, a word that stands for it. */
  name: string;
}

export interface Registration {
  readonly name: string;
  readonly description?: string | undefined;
}

export type DatasetDescription = FilesDescription | RowsDescription | WrittenDescription;

/** Whether an input reads files or rows. */
export type DatasetForm = 'file' | 'tabular';

export function formOf(dataset: DatasetDescription): DatasetForm {
  if (dataset.kind === 'written') return dataset.table === undefined ? 'file' : 'tabular';
  return dataset.kind === 'rows' ? 'tabular' : 'file';
}

/** Data that is there before a pipeline runs: what a pipeline parameter can stand for. */
export function isDataset(value: unknown): value is FilesDescription | RowsDescription {
  return hasKind(value, ['files', 'rows']);
}

/** Data that an input can read. */
export function isReadable(value: unknown): value is DatasetDescription {
  return hasKind(value, ['files', 'rows', 'written']);
}

function hasKind(value: unknown, kinds: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.includes(String(value.kind));
}
