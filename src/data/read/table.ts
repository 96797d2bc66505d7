import type { Column } from '../types.ts';
import type { ColumnValues, Frame } from './frame.ts';

/**
 * The rows of a mini-batch, as TypeScript entry scripts get them: iterate over it for plain row objects, or take whole columns.
 *
 * Null is `null`; integers are `number`, or `bigint` in a column that needs more than 53 bits; date-times are `Date`.
 */
export class Table<Row extends object = Record<string, unknown>> implements Iterable<Row> {
  /** Names and types, in order. */
  readonly columns: readonly Column[];
  /** Number of rows. */
  readonly length: number;
  readonly #frame: Frame;
  readonly #typed = new Map<number, ColumnValues>();
  #rows: RowMaker<Row> | undefined;
  #row: ((index: number) => Row) | undefined;

  constructor(frame: Frame) {
    this.columns = frame.columns;
    this.length = frame.length;
    this.#frame = frame;
  }

  /**
   * The values of a column: a `Float64Array` (`integer`, `float`), `BigInt64Array` (`bigint`) or `BigUint64Array` (`ubigint`) when the column
   * has no nulls, else an array. Throws for a name that the table does not have.
   */
  column<Name extends keyof Row & string>(name: Name): ArrayLike<Row[Name]> & Iterable<Row[Name]> {
    const index = this.columns.findIndex((column) => column.name === name);
    const column = this.columns[index];
    if (column === undefined) {
      throw new Error(`The table has no column ${JSON.stringify(name)}. It has: ${this.columns.map((one) => one.name).join(', ')}.`);
    }
    const typed = this.#typed.get(index) ?? asTypedArray(column, this.#frame.values[index] ?? []);
    this.#typed.set(index, typed);
    return typed as ArrayLike<unknown> & Iterable<unknown> as ArrayLike<Row[Name]> & Iterable<Row[Name]>;
  }

  /** The row at an index from 0; undefined beyond the end. */
  at(index: number): Row | undefined {
    if (!(index >= 0 && index < this.length)) return undefined;
    this.#row ??= this.#makeRow(this.#frame.values);
    return this.#row(index);
  }

  *[Symbol.iterator](): Iterator<Row> {
    for (const { values, length } of this.#frame.pieces?.() ?? [this.#frame]) {
      const row = this.#makeRow(values);
      for (let index = 0; index < length; index += 1) yield row(index);
    }
  }

  /** All rows as an array of plain objects. */
  toArray(): Row[] {
    return [...this];
  }

  get #makeRow(): RowMaker<Row> {
    this.#rows ??= rowMaker<Row>(this.columns);
    return this.#rows;
  }
}

type RowMaker<Row> = (values: readonly ColumnValues[]) => (index: number) => Row;

function asTypedArray(column: Column, values: ColumnValues): ColumnValues {
  if (column.nullable || !Array.isArray(values)) return values;
  if (column.type === 'integer' || column.type === 'float') return Float64Array.from(values as readonly number[]);
  if (column.type === 'bigint') return BigInt64Array.from(values as readonly bigint[]);
  if (column.type === 'ubigint') return BigUint64Array.from(values as readonly bigint[]);
  return values;
}

/**
 * Makes a row object out of columns. Compiled, so that every row has the same hidden class: several times as fast as
 * setting properties by name. Names are written as computed keys, which also takes the meaning out of `__proto__`.
 */
function rowMaker<Row>(columns: readonly Column[]): RowMaker<Row> {
  const fields = columns.map((column, index) => `[${JSON.stringify(column.name)}]: v${index}[i]`);
  const names = columns.map((_, index) => `v${index}`);
  return new Function('values', `const [${names.join(', ')}] = values; return (i) => ({ ${fields.join(', ')} });`) as RowMaker<Row>;
}
