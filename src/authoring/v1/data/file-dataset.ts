import { DatasetConsumptionConfig } from './consumption.ts';
import type { FileSource, FilesDescription } from './descriptions.ts';
import { fileTable, onlyFile, onlyFolder } from './file-source.ts';
import type { MLTable } from './mltable.ts';
import { type RegisterArguments, registerDataset } from './registered-dataset.ts';

/** Files, each an item. Made by `Dataset.File.fromFiles` or `Dataset.getByName`. Source: azureml.data.FileDataset. */
export class FileDataset implements FilesDescription {
  /** What tells it from a TabularDataset. */
  readonly kind = 'files';
  /** Where its files are. */
  readonly source: FileSource;
  /** What names the parts of its paths. */
  readonly partitionFormat: string | undefined;

  /** Use `Dataset.File`. */
  constructor(source: FileSource, partitionFormat?: string) {
    this.source = source;
    this.partitionFormat = partitionFormat;
  }

  /** The dataset as an input of a step. @throws RequestError for a name that is not allowed. */
  asNamedInput(name: string): DatasetConsumptionConfig {
    return new DatasetConsumptionConfig(name, this);
  }

  /**
   * Registers it under a name, for `Dataset.getByName` and `azureml:name:version`. Values in Python's order, or options.
   * @throws RequestError when another dataset has the name and `createNewVersion` is not set.
   */
  async register(...given: RegisterArguments): Promise<FileDataset> {
    await registerDataset('FileDataset.register', this.partitionFormat === undefined ? (this.folder ?? this.table()) : this.table(), given);
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
