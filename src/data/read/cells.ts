import { parseRowJson } from '../table/row-json.ts';
import type { Column, ColumnType } from '../types.ts';
import { compileDateFormats } from '../typing/date-formats.ts';
import { floatText, integerText, parseNumber } from '../typing/numbers.ts';

/** Stands for a text that is not a value of the type. */
export const misfit = Symbol('misfit');

/** Text to a value of a column's type, or `misfit`. Nulls were seen to before. */
export type CellParser = (text: string) => unknown;

export const typeNames: Readonly<Record<ColumnType, string>> = {
  string: 'text',
  integer: 'an integer',
  bigint: 'an integer of 64 bits',
  ubigint: 'an integer of 64 bits without sign',
  float: 'a number',
  boolean: 'a boolean',
  datetime: 'a date-time',
  object: 'JSON',
};

export interface BooleanSpellings {
  readonly trueValues: readonly string[];
  readonly falseValues: readonly string[];
}

export function cellParser(column: Column, spellings: BooleanSpellings): CellParser {
  switch (column.type) {
    case 'string':
      return (text) => text;
    case 'integer':
      return parseInteger;
    case 'bigint':
      return (text) => parseBigInt(text, BigInt.asIntN);
    case 'ubigint':
      return (text) => parseBigInt(text, BigInt.asUintN);
    case 'float':
      return (text) => parseNumber(text) ?? misfit;
    case 'boolean':
      return booleanParser(spellings);
    case 'datetime': {
      const parse = compileDateFormats(column.formats ?? []);
      return (text) => parse(text) ?? misfit;
    }
    case 'object':
      return parseJson;
  }
}

function parseInteger(text: string): unknown {
  let value = 0;
  const negative = text.charCodeAt(0) === 45;
  const start = negative ? 1 : 0;
  if (text.length - start > 15 || text.length === start) return parseOddInteger(text);
  for (let at = start; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return parseOddInteger(text);
    value = value * 10 + digit;
  }
  return negative && value !== 0 ? -value : value;
}

/** With a plus sign, spaces around, leading zeros, as long as 53 bits allow, or like `1.0` and `1e3`, which are the same numbers. */
function parseOddInteger(text: string): unknown {
  if (!floatText.test(text)) return misfit;
  const value = Number(text);
  // Adding 0 makes -0 an ordinary 0.
  return Number.isSafeInteger(value) ? value + 0 : misfit;
}

function parseBigInt(text: string, wrap: (bits: number, value: bigint) => bigint): unknown {
  if (!integerText.test(text)) {
    const whole = parseOddInteger(text);
    return typeof whole === 'number' && wrap(64, BigInt(whole)) === BigInt(whole) ? BigInt(whole) : misfit;
  }
  const value = BigInt(text.trim().replace(/^\+/, ''));
  return wrap(64, value) === value ? value : misfit;
}

function booleanParser({ trueValues, falseValues }: BooleanSpellings): CellParser {
  const values = new Map<string, boolean>([
    ...trueValues.map((text) => [text, true] as const),
    ...falseValues.map((text) => [text, false] as const),
  ]);
  return (text) => values.get(text) ?? values.get(text.trim()) ?? misfit;
}

function parseJson(text: string): unknown {
  try {
    return parseRowJson(text);
  } catch {
    return misfit;
  }
}
