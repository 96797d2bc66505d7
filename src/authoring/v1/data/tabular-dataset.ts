import { invalid } from '../invalid.ts';
import type { Workspace } from '../workspace.ts';
import { DatasetConsumptionConfig } from './consumption.ts';
import type { DataPath } from './data-path.ts';
import type { RowsDescription } from './descriptions.ts';
import type { MLTable } from './mltable.ts';
import { type RegisterArguments, registerDataset } from './registered-dataset.ts';

export interface PartitionByOptions {
  readonly partitionKeys: readonly string[];
  /** Accepted for the sake of Azure's signature: nothing is written there. */
  readonly target?: DataPath | undefined;
  /** Register the dataset under this name. */
  readonly name?: string | undefined;
}

/** Rows of delimited, Parquet or JSON-lines files. Made by `Dataset.Tabular` or `Dataset.getByName`. */
export class TabularDataset implements RowsDescription {
  readonly kind = 'rows';
  readonly table: MLTable | string;
  /** The keys that it was partitioned by. */
  readonly partitionKeys: readonly string[];

  constructor(table: MLTable | string, partitionKeys: readonly string[] = []) {
    this.table = table;
    this.partitionKeys = partitionKeys;
  }

  asNamedInput(name: string): DatasetConsumptionConfig {
    return new DatasetConsumptionConfig(name, this);
  }

  /** Registers it under a name, for `Dataset.getByName` and `azureml:name:version`. */
  async register(...given: RegisterArguments): Promise<TabularDataset> {
    await registerDataset(this.table, given);
    return this;
  }

  /**
   * The same rows, known to be partitioned by these columns. No data is copied: a parallel step with these `partitionKeys`
   * regroups the rows once, when it runs.
   */
  async partitionBy(workspace: Workspace, { partitionKeys, name }: PartitionByOptions): Promise<TabularDataset> {
    if (partitionKeys.length === 0) throw invalid('partitionKeys', 'partitionBy needs at least one key.');
    const partitioned = new TabularDataset(this.table, partitionKeys);
    if (name !== undefined) await partitioned.register(workspace, name);
    return partitioned;
  }
}
