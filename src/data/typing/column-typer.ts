import type { Column } from '../types.ts';

/** Looks at the cells of one column of a delimited file and decides its type. */
export interface ColumnTyper {
  /** A cell as it stands; `undefined` is one that its row does not have. */
  see(cell: string | undefined, quoted: boolean): void;
  decide(): Omit<Column, 'name'>;
}
