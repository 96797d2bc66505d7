import { DatasetConsumptionConfig } from './consumption.ts';
import type { MLTable, TablePath } from './mltable.ts';
import { type RegisterArguments, registerDataset } from './registered-dataset.ts';

/** Where the files of a dataset are. */
export type FileSource =
  | { readonly kind: 'paths'; readonly paths: readonly TablePath[] }
  | { readonly kind: 'mltable'; readonly path: string };

/** Files, each an item. Made by `Dataset.File.fromFiles` or `Dataset.getByName`. */
export class FileDataset {
  readonly source: FileSource;
  /** Names the parts of the paths: `{brand}/{date:yyyy/MM}/…`. */
  readonly partitionFormat: string | undefined;

  constructor(source: FileSource, partitionFormat?: string) {
    this.source = source;
    this.partitionFormat = partitionFormat;
  }

  asNamedInput(name: string): DatasetConsumptionConfig {
    return new DatasetConsumptionConfig(name, this);
  }

  /** Registers it under a name, for `Dataset.getByName` and `azureml:name:version`. */
  async register(...given: RegisterArguments): Promise<FileDataset> {
    await registerDataset(this.partitionFormat === undefined ? (this.folder ?? this.table()) : this.table(), given);
    return this;
  }

  /** The folder, when the dataset is one folder and nothing else. */
  get folder(): string | undefined {
    const [only] = this.source.kind === 'paths' && this.source.paths.length === 1 ? this.source.paths : [];
    return only !== undefined && 'folder' in only ? only.folder : undefined;
  }

  /** The file, when the dataset is one file and nothing else. */
  get file(): string | undefined {
    const [only] = this.source.kind === 'paths' && this.source.paths.length === 1 ? this.source.paths : [];
    return only !== undefined && 'file' in only ? only.file : undefined;
  }

  /** The dataset as an MLTable that lists files: its description, or where it stands. */
  table(): MLTable | string {
    if (this.source.kind === 'mltable') return this.source.path;
    const format = this.partitionFormat;
    return {
      paths: this.source.paths,
      ...(format === undefined ? {} : { transformations: [{ extract_columns_from_partition_format: { partition_format: format } }] }),
    };
  }
}
