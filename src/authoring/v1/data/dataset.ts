import type { Workspace } from '../workspace.ts';
import { type DataPath, tablePaths } from './data-path.ts';
import { FileDataset } from './file-dataset.ts';
import { registeredDataset } from './registered-dataset.ts';
import { type DelimitedOptions, delimited, type JsonLinesOptions, jsonLines, type ParquetOptions, parquet } from './table-options.ts';
import { TabularDataset } from './tabular-dataset.ts';

interface VersionOption {
  /** Default: the newest. */
  readonly version?: string | number | undefined;
}

type Paths = DataPath | readonly DataPath[];

/** Where datasets come from. Nothing is read before a step needs it; a path with nothing there is refused. */
export const Dataset = {
  File: {
    /** Files of folders (at any depth), patterns, or single files. `partitionFormat` names the parts of their paths. */
    async fromFiles(path: Paths, { partitionFormat }: { readonly partitionFormat?: string | undefined } = {}): Promise<FileDataset> {
      return new FileDataset({ kind: 'paths', paths: tablePaths(path) }, partitionFormat);
    },
  },
  Tabular: {
    async fromDelimitedFiles(path: Paths, options: DelimitedOptions = {}): Promise<TabularDataset> {
      return new TabularDataset({ paths: tablePaths(path), transformations: delimited(options) });
    },
    async fromParquetFiles(path: Paths, options: ParquetOptions = {}): Promise<TabularDataset> {
      return new TabularDataset({ paths: tablePaths(path), transformations: parquet(options) });
    },
    async fromJsonLinesFiles(path: Paths, options: JsonLinesOptions = {}): Promise<TabularDataset> {
      return new TabularDataset({ paths: tablePaths(path), transformations: jsonLines(options) });
    },
  },
  /** A registered dataset. The arguments one by one or as one object. @throws RequestError when it is not registered. */
  async getByName(
    ...given:
      | readonly [workspace: Workspace, name: string, options?: VersionOption]
      | readonly [options: VersionOption & { readonly workspace: Workspace; readonly name: string }]
  ): Promise<FileDataset | TabularDataset> {
    const [first, second, third = {}] = given;
    const { workspace, name, version } = 'home' in first ? { workspace: first, name: String(second), version: third.version } : first;
    const { path, form } = await registeredDataset(workspace, name, version);
    if (form === 'table') return new TabularDataset(path);
    return new FileDataset(form === 'folder' ? { kind: 'paths', paths: tablePaths(path) } : { kind: 'mltable', path });
  },
} as const;
