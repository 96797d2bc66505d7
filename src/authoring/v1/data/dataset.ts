import { relative } from 'node:path';
import { invalid, shown } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options, type Shape } from '../options/judge.ts';
import { either, flag, instance, named, nonEmptyText, optional, rule, text } from '../options/rules.ts';
import { Workspace } from '../workspace.ts';
import { type DataPath, type DataPaths, isDataPaths, type PathOptions, tablePaths } from './data-path.ts';
import { Datastore, filesMatching } from './datastore.ts';
import { FileDataset } from './file-dataset.ts';
import { registeredDataset } from './registered-dataset.ts';
import {
  DELIMITED,
  type DelimitedOptions,
  delimited,
  JSON_LINES,
  type JsonLinesOptions,
  jsonLines,
  PARQUET,
  type ParquetOptions,
  parquet,
} from './table-options.ts';
import { TabularDataset } from './tabular-dataset.ts';

/** What `getByName` takes. */
export interface GetByNameOptions {
  /** Where it is registered. */
  readonly workspace: Workspace;
  /** What it is registered as. */
  readonly name: string;
  /** Default: the newest. */
  readonly version?: string | number | undefined;
}

/** How `fromFiles` reads. */
export interface FileOptions extends PathOptions {
  /** Names the parts of the paths: they become keys to partition by. */
  readonly partitionFormat?: string | undefined;
  /** The path is one file; which of the two it is is looked at anyway. */
  readonly isFile?: boolean | undefined;
}

/** What `uploadDirectory` takes. */
export interface UploadDirectoryOptions {
  /** The folder whose files are copied. */
  readonly srcDir: string;
  /** A datastore and a folder in it. */
  readonly target: readonly [Datastore, string];
  /** Only files that match, relative to the folder: `**` with `/*.jpg` behind it. Default: all. */
  readonly pattern?: string | undefined;
  /** Replace files that are there. Default: false. */
  readonly overwrite?: boolean | undefined;
  /** Accepted for the sake of Azure's signature. */
  readonly showProgress?: boolean | undefined;
}

/** A path among options. */
export interface WithPath {
  /** Folders, files, patterns. */
  readonly path: DataPaths;
}

/** A path and then options, or the path among the options. */
export type PathAndOptions<T> = readonly [path: DataPaths, options?: T] | readonly [options: T & WithPath];

const PATHS = rule<DataPaths>('a path, a datastore and a path in it ([datastore, path]), a data reference, or a list of them', isDataPaths);
const PATH_OPTIONS = { path: PATHS, validate: optional(flag) };

const FILES = new Options<FileOptions & WithPath>('Dataset.File.fromFiles', {
  ...PATH_OPTIONS,
  partitionFormat: optional(text),
  isFile: optional(flag),
});
const UPLOAD = new Options<UploadDirectoryOptions>('Dataset.File.uploadDirectory', {
  srcDir: named('a folder', nonEmptyText),
  target: rule(
    'a datastore and a folder in it ([datastore, path])',
    (value) => Array.isArray(value) && value[0] instanceof Datastore && typeof value[1] === 'string',
  ),
  pattern: optional(text),
  overwrite: optional(flag),
  showProgress: optional(flag),
});
const BY_NAME = new Options<GetByNameOptions>('Dataset.getByName', {
  workspace: instance(Workspace),
  name: nonEmptyText,
  version: optional(either(text, rule<number>('a number', Number.isInteger))),
});

function tableOptions<T extends object>(of: string, shape: Shape<T>): Options<T & WithPath & PathOptions> {
  return new Options<T & WithPath & PathOptions>(of, { ...PATH_OPTIONS, ...shape } as Shape<T & WithPath & PathOptions>);
}

const FROM_DELIMITED = tableOptions('Dataset.Tabular.fromDelimitedFiles', DELIMITED);
const FROM_PARQUET = tableOptions('Dataset.Tabular.fromParquetFiles', PARQUET);
const FROM_JSON_LINES = tableOptions('Dataset.Tabular.fromJsonLinesFiles', JSON_LINES);

function judged<T extends object>(options: Options<T & WithPath>, given: readonly unknown[]): T & WithPath {
  return options.judge(arranged(options.of, ['path'], given));
}

/** Where datasets come from. Nothing is read before a step needs it; a path with nothing there is refused. Source: azureml.core.Dataset. */
export const Dataset = {
  /** Datasets of files. Source: azureml.data.dataset_factory.FileDatasetFactory. */
  File: {
    /**
     * Files of folders (at any depth), patterns, or single files.
     * @throws RequestError for a wrong option, and a path with nothing there.
     */
    async fromFiles(...given: PathAndOptions<FileOptions>): Promise<FileDataset> {
      const { path, partitionFormat, ...options } = judged(FILES, given);
      return new FileDataset({ kind: 'paths', paths: tablePaths(path, options) }, partitionFormat);
    },
    /** Copies a folder into a datastore, and gives the dataset of what is there then. @throws RequestError when there is no such folder. */
    async uploadDirectory(
      ...given:
        | readonly [options: UploadDirectoryOptions]
        | readonly [srcDir: string, target: readonly [Datastore, string], options?: Omit<UploadDirectoryOptions, 'srcDir' | 'target'>]
    ): Promise<FileDataset> {
      const { srcDir, target, pattern, overwrite } = UPLOAD.judge(arranged(UPLOAD.of, UPLOAD.names, given));
      const [datastore, targetPath] = target;
      const files = filesMatching(srcDir, pattern);
      if (files.length === 0)
        throw invalid('srcDir', `There are no files in ${shown(srcDir)}${pattern === undefined ? '' : ` that match ${pattern}`}.`);
      datastore.uploadFiles({ files, relativeRoot: srcDir, targetPath, overwrite });
      const paths = files.map((file): DataPath => [datastore, `${targetPath}/${relative(srcDir, file)}`]);
      return new FileDataset({ kind: 'paths', paths: tablePaths(pattern === undefined ? target : paths) }, undefined);
    },
  },
  /** Datasets of rows. Source: azureml.data.dataset_factory.TabularDatasetFactory. */
  Tabular: {
    /** Rows of text files with one separator. @throws RequestError for a wrong option, and a path with nothing there. */
    async fromDelimitedFiles(...given: PathAndOptions<DelimitedOptions & PathOptions>): Promise<TabularDataset> {
      const { path, validate, ...options } = judged(FROM_DELIMITED, given);
      return new TabularDataset({ paths: tablePaths(path, { validate }), transformations: delimited(options) });
    },
    /** Rows of Parquet files. @throws RequestError for a wrong option, and a path with nothing there. */
    async fromParquetFiles(...given: PathAndOptions<ParquetOptions & PathOptions>): Promise<TabularDataset> {
      const { path, validate, ...options } = judged(FROM_PARQUET, given);
      return new TabularDataset({ paths: tablePaths(path, { validate }), transformations: parquet(options) });
    },
    /** Rows of files with one JSON object a line. @throws RequestError for a wrong option, and a path with nothing there. */
    async fromJsonLinesFiles(...given: PathAndOptions<JsonLinesOptions & PathOptions>): Promise<TabularDataset> {
      const { path, validate, ...options } = judged(FROM_JSON_LINES, given);
      return new TabularDataset({ paths: tablePaths(path, { validate }), transformations: jsonLines(options) });
    },
  },
  /** A registered dataset. Values in Python's order, or options. @throws RequestError when it is not registered. */
  async getByName(
    ...given:
      | readonly [workspace: Workspace, name: string, options?: Pick<GetByNameOptions, 'version'>]
      | readonly [workspace: Workspace, name: string, version: string | number]
      | readonly [options: GetByNameOptions]
  ): Promise<FileDataset | TabularDataset> {
    const { workspace, name, version } = BY_NAME.judge(arranged(BY_NAME.of, BY_NAME.names, given));
    const { path, form } = await registeredDataset(workspace, name, version);
    if (form === 'table') return new TabularDataset(path);
    return new FileDataset(form === 'folder' ? { kind: 'paths', paths: tablePaths(path) } : { kind: 'mltable', path });
  },
} as const;
