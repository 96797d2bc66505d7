/** What the files of a dataset are: one folder, one file, or what has to be listed. */
import type { FilesDescription } from './descriptions.ts';
import type { MLTable, TablePath } from './mltable.ts';

/** The folder, when the dataset is one folder and nothing else. */
export function onlyFolder(files: FilesDescription): string | undefined {
  const only = onlyPath(files);
  return only !== undefined && 'folder' in only ? only.folder : undefined;
}

/** The file, when the dataset is one file and nothing else. */
export function onlyFile(files: FilesDescription): string | undefined {
  const only = onlyPath(files);
  return only !== undefined && 'file' in only ? only.file : undefined;
}

/** The dataset as an MLTable that lists files: its description, or where it stands. */
export function fileTable({ source, partitionFormat: format }: FilesDescription): MLTable | string {
  if (source.kind === 'mltable') return source.path;
  return {
    paths: source.paths,
    ...(format !== undefined && { transformations: [{ extract_columns_from_partition_format: { partition_format: format } }] }),
  };
}

function onlyPath({ source }: FilesDescription): TablePath | undefined {
  return source.kind === 'paths' && source.paths.length === 1 ? source.paths[0] : undefined;
}
