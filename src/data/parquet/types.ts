import type { ColumnType } from '../types.ts';

/** How a type of DuckDB looks to a script. `wide`: 64 bits, whose values decide whether a number holds them. */
export interface ParquetType {
  readonly type: ColumnType;
  readonly wide?: 'bigint' | 'ubigint';
  readonly days?: true;
}

/** Decimals up to this many digits are numbers, beyond it text: a number holds no more without a loss. */
const exactDigits = 15;

export function parquetType(duckdbType: string): ParquetType {
  switch (duckdbType) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'UTINYINT':
    case 'USMALLINT':
    case 'UINTEGER':
      return { type: 'integer' };
    case 'BIGINT':
      return { type: 'integer', wide: 'bigint' };
    case 'UBIGINT':
      return { type: 'integer', wide: 'ubigint' };
    case 'FLOAT':
    case 'DOUBLE':
      return { type: 'float' };
    case 'BOOLEAN':
      return { type: 'boolean' };
  }
  if (duckdbType === 'DATE') return { type: 'datetime', days: true };
  if (duckdbType.startsWith('TIMESTAMP')) return { type: 'datetime' };
  const digits = /^DECIMAL\((\d+),/.exec(duckdbType)?.[1];
  if (digits !== undefined) return { type: Number(digits) <= exactDigits ? 'float' : 'string' };
  return /^(?:VARCHAR|UUID|TIME|INTERVAL|ENUM|U?HUGEINT|BIGNUM|BIT)\b/.test(duckdbType) && !duckdbType.endsWith(']')
    ? { type: 'string' }
    : { type: 'object' };
}
