import type { Column } from '../types.ts';

/** What `1.0` and `1e3` are for a column's type: a fraction, though the number is a whole one. */
export const wholeFraction = Symbol('a fraction such as 1.0');

/** Keys of a line's own object whose values are written as fractions and are whole numbers. */
export function wholeFractions(line: string): ReadonlySet<string> {
  if (!/\d(?:\.0|[eE])/.test(line)) return noKeys;
  const found: { readonly holder: unknown; readonly key: string }[] = [];
  const root: unknown = JSON.parse(line, function (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) {
    if (Number.isInteger(value) && context?.source !== undefined && /[.eE]/.test(context.source)) found.push({ holder: this, key });
    return value;
  });
  return new Set(found.filter(({ holder }) => holder === root).map(({ key }) => key));
}

const noKeys: ReadonlySet<string> = new Set();

/** Parses a line; whole numbers that 53 bits do not hold become `bigint` and lose no digit. */
export function parseJsonLine(line: string): unknown {
  if (!/\d{16}/.test(line)) return JSON.parse(line);
  return JSON.parse(line, exactIntegers);
}

function exactIntegers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Looks at the values of one key and decides the column's type: of one kind, or `object`, which keeps every value as it is. */
export interface JsonTyper {
  see(value: unknown): void;
  decide(): Omit<Column, 'name'>;
}

type Kind = 'string' | 'boolean' | 'integer' | 'bigint' | 'ubigint' | 'float' | 'object';

export function jsonTyper(): JsonTyper {
  const kinds = new Set<Kind>();
  let anyNull = false;
  let negative = false;
  return {
    see(value) {
      if (value === undefined || value === null) anyNull = true;
      else if (value === wholeFraction) kinds.add('float');
      else {
        kinds.add(kindOf(value));
        negative ||= typeof value === 'number' ? value < 0 : typeof value === 'bigint' && value < 0n;
      }
    },
    decide() {
      return { type: typeOf(kinds, negative), nullable: anyNull || kinds.size === 0 };
    },
  };
}

function kindOf(value: unknown): Kind {
  if (typeof value === 'number') return Number.isInteger(value) ? (Number.isSafeInteger(value) ? 'integer' : 'float') : 'float';
  if (typeof value === 'bigint')
    return BigInt.asIntN(64, value) === value ? 'bigint' : BigInt.asUintN(64, value) === value ? 'ubigint' : 'object';
  return typeof value === 'string' || typeof value === 'boolean' ? (typeof value as 'string' | 'boolean') : 'object';
}

function typeOf(kinds: ReadonlySet<Kind>, negative: boolean): Column['type'] {
  const [only] = kinds;
  if (only === undefined) return 'object';
  if (kinds.size === 1) return only;
  const all = [...kinds];
  if (all.every((kind) => kind === 'integer' || kind === 'float')) return 'float';
  if (all.every((kind) => kind === 'integer' || kind === 'bigint')) return 'bigint';
  return !negative && all.every((kind) => kind === 'integer' || kind === 'bigint' || kind === 'ubigint') ? 'ubigint' : 'object';
}
