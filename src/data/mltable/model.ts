import type { ReadDelimited } from '../delimited/options.ts';
import type { DeltaMoment } from '../delta/delta-files.ts';
import type { Encoding } from '../text/encoding.ts';
import type { Conversion, FilterExpression } from '../types.ts';

/** An MLTable file, judged. */
export interface MLTable {
  /** The file itself; on this machine's disk it is absolute. */
  readonly file: string;
  /** Its folder: relative paths are relative to it. */
  readonly folder: string;
  readonly paths: readonly PathEntry[];
  /** Steps before the read; they concern files. */
  readonly fileSteps: readonly FileStep[];
  /** Absent: the MLTable lists files. */
  readonly read?: Read;
  /** Steps behind the read; they concern rows. */
  readonly rowSteps: readonly RowStep[];
}

export interface PathEntry {
  readonly kind: 'file' | 'folder' | 'pattern';
  readonly path: string;
  /** For messages about it. */
  readonly place: StepPlace;
}

/** Where something stands in the MLTable, for messages when the data is looked at. */
export interface StepPlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
}

export type FileStep =
  | { readonly op: 'take' | 'skip'; readonly count: number }
  | { readonly op: 'sample'; readonly probability: number; readonly seed: number }
  | { readonly op: 'partition_format'; readonly format: string };

/** `include_path_column`: the column's name. */
interface WithPathColumn {
  readonly pathColumn?: string;
}

interface DelimitedRead extends ReadDelimited, WithPathColumn {
  readonly format: 'delimited';
  readonly overrides: readonly Override[];
  readonly place: StepPlace;
  /** Said once, when the job is planned. */
  readonly notices: readonly string[];
}

export interface DeltaRead extends WithPathColumn {
  readonly format: 'delta';
  readonly moment: DeltaMoment;
}

export type Read =
  | DeltaRead
  | DelimitedRead
  | (WithPathColumn & { readonly format: 'parquet' })
  | (WithPathColumn & { readonly format: 'json_lines'; readonly invalidLines: 'error' | 'drop'; readonly encoding: Encoding });

export interface Override {
  readonly columns: readonly string[];
  readonly to: Conversion;
}

export type ColumnSelector =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | {
      readonly kind: 'pattern';
      readonly expression: RegExp;
      readonly invert: boolean /** Asked for, and without effect. */;
      readonly ignoreCase: boolean;
    };

export type RowStep =
  | FileStep
  | { readonly op: 'filter'; readonly expression: FilterExpression; readonly place: StepPlace }
  | { readonly op: 'keep' | 'drop'; readonly columns: ColumnSelector }
  /** Of those that name the same column the last one counts. */
  | { readonly op: 'convert'; readonly conversions: readonly { readonly columns: ColumnSelector; readonly to: Conversion }[] };

export function select(selector: ColumnSelector, names: readonly string[]): readonly string[] {
  return names.filter((name) =>
    selector.kind === 'names' ? selector.names.includes(name) : selector.expression.test(name) !== selector.invert,
  );
}
