import type { Column, Conversion } from '../../types.ts';
import { compileDateFormats } from '../../typing/date-formats.ts';
import { floatText, parseNumber } from '../../typing/numbers.ts';
import { misfit } from '../cells.ts';

/** A value of a column to one of the new type, or `misfit`. Null and NaN were seen to before. */
export type Convert = (value: unknown) => unknown;

/** `to` is the column as it will be: `integer` or `bigint` decides between number and bigint. */
export function converter(conversion: Conversion, to: Column): Convert {
  switch (conversion.type) {
    case 'integer':
      return to.type === 'bigint' ? toBigInt : toInteger;
    case 'float':
      return (value) => (isBlank(value) ? null : (toNumber(value) ?? misfit));
    case 'string':
    case 'stream_info':
      return toText;
    case 'boolean':
      return toBoolean(conversion);
    case 'datetime': {
      const parse = compileDateFormats(conversion.formats, conversion.dateConstant);
      return (value) => {
        if (value instanceof Date || isBlank(value)) return value instanceof Date ? value : null;
        return parse(String(toText(value))) ?? misfit;
      };
    }
  }
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' ? parseNumber(value) : undefined;
}

function toInteger(value: unknown): unknown {
  if (isBlank(value)) return null;
  const number = toNumber(value);
  if (number === undefined) return misfit;
  const whole = Math.trunc(number);
  return Number.isSafeInteger(whole) ? whole + 0 : misfit;
}

function toBigInt(value: unknown): unknown {
  if (isBlank(value)) return null;
  const text = typeof value === 'string' ? value.trim() : undefined;
  const number = text === undefined ? toNumber(value) : undefined;
  let whole: bigint;
  if (typeof value === 'bigint') whole = value;
  else if (text !== undefined && /^[+-]?\d+$/.test(text)) whole = BigInt(text.replace(/^\+/, ''));
  else if (text !== undefined && floatText.test(text)) whole = BigInt(Math.trunc(Number(text)));
  else if (number !== undefined && Number.isFinite(number)) whole = BigInt(Math.trunc(number));
  else return misfit;
  return BigInt.asIntN(64, whole) === whole ? whole : misfit;
}

function toText(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return String(value);
    case 'number':
      return numberText(value);
    default:
      return value instanceof Date ? dateText(value) : JSON.stringify(value);
  }
}

/** Without an exponent, as MLTable writes numbers. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const short = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(short);
  if (match === null) return short;
  const [, sign = '', first = '', rest = '', exponent = '0'] = match;
  const power = Number(exponent);
  const digits = first + rest;
  return power < 0 ? `${sign}0.${'0'.repeat(-power - 1)}${digits}` : sign + digits.padEnd(power + 1, '0');
}

function dateText(date: Date): string {
  return date.toISOString().replace(/(?:\.000)?Z$/, '+00:00');
}

function toBoolean({ trueValues, falseValues, mismatchAs }: Extract<Conversion, { type: 'boolean' }>): Convert {
  const values = new Map<string, boolean>([
    ...trueValues.map((text) => [text, true] as const),
    ...falseValues.map((text) => [text, false] as const),
  ]);
  const otherwise = mismatchAs === 'error' ? misfit : mismatchAs === 'true';
  return (value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number') return value !== 0;
    if (typeof value === 'bigint') return value !== 0n;
    return typeof value === 'string' ? (values.get(value) ?? otherwise) : misfit;
  };
}
