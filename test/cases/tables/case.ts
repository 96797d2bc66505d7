/** What a piece of a table is to a script: cases that every reader must pass, whatever language it is written in. */
import type { Column, TableReader, TableSlice, Transformation } from '../../../src/data/types.ts';

export type Form = Partial<Extract<TableReader['format'], { kind: 'delimited' }>>;

type Given = readonly (readonly unknown[])[] | string;

export interface Case {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Text behind a first line that is no part of the slice; for Parquet a query of DuckDB for all rows of the file. */
  readonly content: string | Buffer;
  /**
   * What the error says, or: the types in pandas, then the rows. Numbers are numbers, infinite ones text; integers of 64 bits are text, and so
   * are times: `2020-01-02 03:04:05`. What is not a number is null, as in pandas.
   */
  readonly gives: Given;
  /** Where TypeScript gives something else, as docs/data.md says. */
  readonly inTypeScript?: Given;
  /** Delimited: what differs from a plain file. */
  readonly form?: Form;
  /** Default: delimited. */
  readonly format?: TableReader['format'];
  readonly steps?: readonly Transformation[];
  /** Columns after the steps. Default: the columns. */
  readonly output?: readonly Column[];
  readonly slice?: Partial<TableSlice>;
}

export const text = (name: string, nullable = true): Column => ({ name, type: 'string', nullable });
export const column = (name: string, type: Column['type'], nullable = false): Column => ({ name, type, nullable });
export const integerAndText = [column('a', 'integer'), text('b')];
