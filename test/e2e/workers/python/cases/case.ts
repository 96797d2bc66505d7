import type { Column, TableReader, TableSlice, Transformation } from '../../../../../src/data/types.ts';
import type { Form } from '../support.ts';

export interface Case {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly content: string | Buffer;
  /** Column types, then rows; or what the error says. */
  readonly gives: readonly (readonly unknown[])[] | string;
  readonly form?: Form;
  readonly format?: TableReader['format'];
  readonly steps?: readonly Transformation[];
  readonly output?: readonly Column[];
  readonly slice?: Partial<TableSlice>;
}

export const text = (name: string, nullable = true): Column => ({ name, type: 'string', nullable });
export const column = (name: string, type: Column['type'], nullable = false): Column => ({ name, type, nullable });
export const integerAndText = [column('a', 'integer'), text('b')];
