import { DatasetConsumptionConfig } from './consumption.ts';
import type { FileSource, FilesDescription } from './descriptions.ts';
import { fileTable, onlyFile, onlyFolder } from './file-source.ts';
import type { MLTable } from './mltable.ts';
import { type RegisterArguments, registerDataset } from './registered-dataset.ts';

/** Files, each an item. Made by `Dataset.File.fromFiles` or `Dataset.getByName`. */
export class FileDataset implements FilesDescription {
  readonly kind = 'files';
  readonly source: FileSource;
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
    return onlyFolder(this);
  }

  /** The file, when the dataset is one file and nothing else. */
  get file(): string | undefined {
    return onlyFile(this);
  }

  /** The dataset as an MLTable that lists files: its description, or where it stands. */
  table(): MLTable | string {
    return fileTable(this);
  }
}
