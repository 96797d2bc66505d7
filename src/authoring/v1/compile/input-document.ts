/** What a step reads, as it would stand in YAML. */
import type { DataType, TableView } from '../../../language/types.ts';
import type { Document } from '../../document.ts';
import { type DatasetConsumptionConfig, INPUT_MODE } from '../data/consumption.ts';
import type { FilesDescription, RowsDescription } from '../data/descriptions.ts';
import { fileTable, onlyFile, onlyFolder } from '../data/file-source.ts';
import { PipelineParameter } from '../data/pipeline-parameter.ts';
import type { Compilation } from './compilation.ts';
import type { HomeFolders } from './home-folders.ts';

export interface InputDocument {
  readonly port: Document;
  readonly value: Document;
  /** Of a folder of files, which has no description of its own to hold it. */
  readonly partitionFormat?: string | undefined;
  /** The folder of a step is read as rows. */
  readonly table?: TableView | undefined;
}

/** `isSplit`: the input is cut into mini-batches. */
export function inputDocument(input: DatasetConsumptionConfig, isSplit: boolean, compilation: Compilation): InputDocument {
  const mode = INPUT_MODE[input.mode];
  const dataset = input.dataset instanceof PipelineParameter ? compilation.parameters.dataset(input.dataset) : input.dataset;
  if (dataset.kind === 'written') {
    const { output, table } = dataset;
    // A single file would be split by its rows.
    const type = output.isFile === true && !isSplit && table === undefined ? 'uri_file' : 'uri_folder';
    return { port: { type, mode }, value: { path: compilation.written(output), mode }, table };
  }
  const { type, path, partitionFormat } =
    dataset.kind === 'rows' ? rows(dataset, compilation.folders) : files(dataset, isSplit, compilation.folders);
  return { port: { type, mode }, value: { type, path, mode }, partitionFormat };
}

interface Data {
  readonly type: DataType;
  readonly path: string;
  readonly partitionFormat?: string | undefined;
}

function rows({ table }: RowsDescription, folders: HomeFolders): Data {
  return { type: 'mltable', path: folders.table(table) };
}

function files(dataset: FilesDescription, isSplit: boolean, folders: HomeFolders): Data {
  const folder = onlyFolder(dataset);
  if (folder !== undefined) return { type: 'uri_folder', path: folder, partitionFormat: dataset.partitionFormat };
  // A single file would be split by its rows.
  if (isSplit) return { type: 'mltable', path: folders.table(fileTable(dataset)) };
  const file = onlyFile(dataset);
  return file === undefined ? { type: 'uri_folder', path: folders.linked(dataset) } : { type: 'uri_file', path: file };
}
