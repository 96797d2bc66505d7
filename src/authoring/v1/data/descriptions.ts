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
  /** What tells it from rows. */
  readonly kind: 'files';
  /** Where they are. */
  readonly source: FileSource;
  /** Names the parts of the paths: `{brand}/{date:yyyy/MM}/…`. */
  readonly partitionFormat: string | undefined;
}

/** Rows of delimited, Parquet or JSON-lines files. */
export interface RowsDescription {
  /** What tells it from files. */
  readonly kind: 'rows';
  /** Its description, or where its MLTable stands. */
  readonly table: MLTable | string;
}

/** What a step writes, as a dataset for another step. */
export interface WrittenDescription {
  /** What tells it from data that is there before the pipeline runs. */
  readonly kind: 'written';
  /** The output. */
  readonly output: OutputDescription;
  /** None: files. */
  readonly table: TableView | undefined;
}

/** A folder that a step writes. */
export interface OutputDescription {
  /** What the step that writes it calls it. */
  readonly name: string;
  /** One for all that stands for this output. */
  readonly origin: OutputOrigin;
  /** How a cloud would take it away. */
  readonly mode: OutputMode;
  /** Where it goes. Undefined: a folder of the job. */
  readonly datastore?: { readonly name: string } | undefined;
  /** In the datastore; may hold `{run-id}` and `{output-name}`. */
  readonly pathOnDatastore?: string | undefined;
  /** What it is registered as when its step has completed. */
  readonly registration?: Registration | undefined;
  /** The output of the pipeline that it is. */
  readonly pipelineOutputName?: string | undefined;
  /** It is one file and no folder. */
  readonly isFile?: boolean | undefined;
  /** What of the step's own files becomes the output. */
  readonly source?: OutputSource | undefined;
}

/** One for all copies of an output that differ only in how they are delivered or registered. */
export interface OutputOrigin {
  /** False: the step that writes it chooses the name. */
  readonly isNamed: boolean;
  /** Until it is chosen, a word that stands for it. */
  name: string;
}

/** What an output is registered as when its step has completed. */
export interface Registration {
  /** The name of the data asset. */
  readonly name: string;
  /** For people. */
  readonly description?: string | undefined;
  /** For people and filters. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What of the step's own files becomes an output. */
export interface OutputSource {
  /** Where the step writes them. Undefined: a folder made for it. */
  readonly path: string | undefined;
  /** Only files that match. Undefined: all. */
  readonly globs: readonly string[] | undefined;
}

/** Data that an input can read. */
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
