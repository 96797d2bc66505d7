import type { ColumnValues } from '../read/frame.ts';
import type { Constant } from '../types.ts';

export type Partition = Readonly<Record<string, Constant>>;

export function partitionOf(keys: readonly string[], values: readonly Constant[]): Partition {
  return Object.fromEntries(keys.map((key, index) => [key, values[index] ?? null]));
}

/** More than a Map has room for: two numbers below it make one that is still exact. */
const manyNumbers = 2 ** 25;

/** Numbers the combinations of values that some columns have, from 0 in order of first appearance. */
export class Groups {
  readonly #keys: readonly string[];
  readonly #values: readonly Map<Constant, number>[];
  /** For each column but the first: the number of the columns before it and that of its own value, together. */
  readonly #pairs: readonly Map<number, number>[];
  readonly #partitions: Partition[] = [];

  constructor(keys: readonly string[]) {
    this.#keys = keys;
    this.#values = keys.map(() => new Map());
    this.#pairs = keys.slice(1).map(() => new Map());
  }

  partition(group: number): Partition {
    return this.#partitions[group] ?? {};
  }

  /** The group of each row. @param columns the values of each key */
  of(columns: readonly ColumnValues[], length: number): Uint32Array {
    const groups = new Uint32Array(length);
    for (let row = 0; row < length; row += 1) {
      let group = 0;
      for (let index = 0; index < columns.length; index += 1) {
        const value = numberOf(this.#values[index], plainValue(columns[index]?.[row]));
        group = index === 0 ? value : numberOf(this.#pairs[index - 1], group * manyNumbers + value);
      }
      groups[row] = group;
      if (group === this.#partitions.length) {
        this.#partitions.push(
          partitionOf(
            this.#keys,
            columns.map((column) => plainValue(column[row])),
          ),
        );
      }
    }
    return groups;
  }
}

function numberOf<T>(numbers: Map<T, number> | undefined, value: T): number {
  const known = numbers?.get(value);
  if (known !== undefined || numbers === undefined) return known ?? 0;
  numbers.set(value, numbers.size);
  return numbers.size - 1;
}

function plainValue(value: unknown): Constant {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value);
  if (typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : JSON.stringify(value);
}
