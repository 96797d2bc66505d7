import type { RowStep } from '../mltable/model.ts';
import type { PartitionFormat } from '../partition-format.ts';
import type { Conversion } from '../types.ts';
import type { FormatPlan, Keep } from './format-plan.ts';
import type { TableFiles } from './table-files.ts';

/** A table to plan: its files, how they are read, and what is done with the rows. */
export interface TableSpec {
  readonly files: TableFiles;
  /** Looks at the files. */
  readonly open: (keep: Keep) => Promise<FormatPlan>;
  /** Columns from the files' paths. */
  readonly partition?: {
    readonly format: PartitionFormat;
    /** Their types are inferred as those of cells are; else they are text. */
    readonly infer: boolean;
    /** They stand before the data's columns. */
    readonly first: boolean;
    /** They are there from the read on; else from the step `partition_format` on. */
    readonly atRead: boolean;
  };
  readonly pathColumn?: string;
  /** Conversions right behind the read. */
  readonly overrides: readonly { readonly columns: readonly string[]; readonly to: Conversion }[];
  readonly steps: readonly RowStep[];
  /** What decides the types, said at the end of a message about a value that does not fit; absent: the format's own words. */
  readonly typesHint?: string;
}
