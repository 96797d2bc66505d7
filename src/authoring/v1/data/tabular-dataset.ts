import { invalid } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, list, nonEmptyText, optional, rule } from '../options/rules.ts';
import { Workspace } from '../workspace.ts';
import { DatasetConsumptionConfig } from './consumption.ts';
import { type DataPath, isDataPaths } from './data-path.ts';
import { Datastore } from './datastore.ts';
import type { RowsDescription } from './descriptions.ts';
import type { MLTable } from './mltable.ts';
import { type RegisterArguments, registerDataset } from './registered-dataset.ts';

/** What `partitionBy` takes. */
export interface PartitionByOptions {
  /** Columns. */
  readonly partitionKeys: readonly string[];
  /** A datastore and a folder in it. Nothing is written there; a name is registered in the datastore's home. */
  readonly target?: DataPath | undefined;
  /** Register the dataset under this name. */
  readonly name?: string | undefined;
  /** Accepted for the sake of Azure's signature. */
  readonly showProgress?: boolean | undefined;
  /** Files rather than rows: not possible here, where nothing is written. */
  readonly partitionAsFileDataset?: boolean | undefined;
}

const PARTITION_BY = new Options<PartitionByOptions>('TabularDataset.partitionBy', {
  partitionKeys: list(nonEmptyText, 'a list of columns'),
  target: optional(rule<DataPath>('a datastore and a path in it ([datastore, path])', isDataPaths)),
  name: optional(nonEmptyText),
  showProgress: optional(flag),
  partitionAsFileDataset: optional(rule<boolean>('false: no files are written here', (value) => value === false)),
});

/** Rows of delimited, Parquet or JSON-lines files. Made by `Dataset.Tabular` or `Dataset.getByName`. Source: azureml.data.TabularDataset. */
export class TabularDataset implements RowsDescription {
  /** What tells it from a FileDataset. */
  readonly kind = 'rows';
  /** Its description, or where its MLTable stands. */
  readonly table: MLTable | string;
  /** The keys that it was partitioned by. */
  readonly partitionKeys: readonly string[];

  /** Use `Dataset.Tabular`. */
  constructor(table: MLTable | string, partitionKeys: readonly string[] = []) {
    this.table = table;
    this.partitionKeys = partitionKeys;
  }

  /** The dataset as an input of a step. @throws RequestError for a name that is not allowed. */
  asNamedInput(name: string): DatasetConsumptionConfig {
    return new DatasetConsumptionConfig(name, this);
  }

  /**
   * Registers it under a name, for `Dataset.getByName` and `azureml:name:version`. Values in Python's order, or options.
   * @throws RequestError when another dataset has the name and `createNewVersion` is not set.
   */
  async register(...given: RegisterArguments): Promise<TabularDataset> {
    await registerDataset('TabularDataset.register', this.table, given);
    return this;
  }

  /**
   * The same rows, known to be partitioned by these columns. No data is copied: a parallel step with these `partitionKeys`
   * regroups the rows once, when it runs. Values in Python's order, or options.
   * @throws RequestError without a key.
   */
  async partitionBy(
    ...given:
      | readonly [options: PartitionByOptions]
      | readonly [partitionKeys: readonly string[], target?: DataPath, name?: string]
      | readonly [partitionKeys: readonly string[], target: DataPath, options: Pick<PartitionByOptions, 'name' | 'showProgress'>]
  ): Promise<TabularDataset> {
    const { partitionKeys, target, name } = PARTITION_BY.judge(arranged(PARTITION_BY.of, PARTITION_BY.names, given));
    if (partitionKeys.length === 0) throw invalid('partitionKeys', 'partitionBy needs at least one key.');
    const partitioned = new TabularDataset(this.table, partitionKeys);
    if (name !== undefined) await partitioned.register(new Workspace({ home: homeOf(target) }), name);
    return partitioned;
  }
}

function homeOf(target: DataPath | undefined): string {
  const datastore = Array.isArray(target) ? target[0] : undefined;
  if (datastore instanceof Datastore && datastore.home !== undefined) return datastore.home;
  throw invalid('target', 'A name is registered in the home of the target: give it as [datastore, path].');
}
