/**
 * The columns of a Parquet output: each mini-batch has the types of its values, the file has the union of them.
 * Types are named as DuckDB names them; `NULL` is that of a column without a value so far, `JSON` that of lists and objects.
 * Python's end of it is `python/parallelrun_worker/parquet_columns.py`.
 */

export interface ParquetColumns {
  readonly columns: readonly ParquetColumn[];
  /** No row is longer, in bytes as it stands in the segment. */
  readonly longest: number;
}

export type ParquetColumn = readonly [name: string, type: string];

export function isParquetColumns(value: unknown): value is ParquetColumns {
  if (typeof value !== 'object' || value === null || !('columns' in value) || !('longest' in value)) return false;
  const { columns, longest } = value;
  return typeof longest === 'number' && Array.isArray(columns) && columns.every(isParquetColumn);
}

/** Undefined: the text tells of none. Scripts can write to where workers report. */
export function parquetColumnsIn(text: string): ParquetColumns | undefined {
  try {
    const told: unknown = JSON.parse(text);
    return isParquetColumns(told) ? told : undefined;
  } catch {
    return undefined;
  }
}

function isParquetColumn(value: unknown): value is ParquetColumn {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'string' && isType(value[1]);
}

/** It becomes a part of a query. */
function isType(type: string): boolean {
  return /^[A-Z_]+(?:\(38,\d{1,2}\))?$/.test(type);
}

const signed = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];
const unsigned = ['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT'];
const moments = ['DATE', 'TIMESTAMP', 'TIMESTAMP_NS'];

/** What values of a type are, in words; those that are called the same have a type in common. Undefined for `NULL`. */
export function kindOf(type: string): string | undefined {
  if (type === 'NULL') return undefined;
  if (moments.includes(type)) return 'dates';
  return (
    { VARCHAR: 'text', BOOLEAN: 'booleans', TIMESTAMPTZ: 'instants', TIME: 'times of day', BLOB: 'bytes', JSON: 'lists or objects' }[
      type
    ] ?? 'numbers'
  );
}

/** The narrowest type that holds the values of both; undefined where there is none. */
export function union(left: string, right: string): string | undefined {
  if (left === right || right === 'NULL') return left;
  if (left === 'NULL') return right;
  const kind = kindOf(left);
  if (kind !== kindOf(right)) return undefined;
  if (kind === 'dates') return moments[Math.max(moments.indexOf(left), moments.indexOf(right))];
  return kind === 'numbers' ? number(left, right) : undefined;
}

/** What rows of both have, or why there is no such thing. */
export function joinedColumns(known: ParquetColumns | undefined, more: ParquetColumns): ParquetColumns | string {
  if (known === undefined) return more;
  const [names, others] = [known, more].map(({ columns }) => columns.map(([name]) => name).join(', '));
  if (names !== others) return `The rows of the output have different columns: one worker's are ${names}, another's ${others}`;
  const columns: ParquetColumn[] = [];
  for (const [index, [name, type]] of known.columns.entries()) {
    const other = more.columns[index]?.[1] ?? 'NULL';
    const both = union(type, other);
    if (both === undefined)
      return `The column ${name} of the output has ${kindOf(type)} from one worker, and ${kindOf(other)} from another`;
    columns.push([name, both]);
  }
  return { columns, longest: Math.max(known.longest, more.longest) };
}

function number(left: string, right: string): string {
  const scales = [left, right].map(scaleOf);
  const [a, b] = scales;
  // Whole numbers and decimals, of which one is none of ours: floating point.
  if (a === undefined || b === undefined) return 'DOUBLE';
  if (left.startsWith('DECIMAL') || right.startsWith('DECIMAL')) return `DECIMAL(38,${Math.max(a, b)})`;
  const sign = Math.max(signed.indexOf(left), signed.indexOf(right));
  const plain = Math.max(unsigned.indexOf(left), unsigned.indexOf(right));
  if (plain === -1) return signed[sign] ?? 'BIGINT';
  if (sign === -1) return unsigned[plain] ?? 'UBIGINT';
  return signed[Math.max(sign, plain + 1)] ?? 'DECIMAL(38,0)';
}

/** Digits behind the point; undefined for floating point. */
function scaleOf(type: string): number | undefined {
  const scale = /^DECIMAL\(38,(\d+)\)$/.exec(type)?.[1];
  if (scale !== undefined) return Number(scale);
  return signed.includes(type) || unsigned.includes(type) ? 0 : undefined;
}
