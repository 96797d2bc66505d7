/** Literals against the ports that take them: type, enum and range. */

import { shown } from '../../check.ts';
import { literalText } from '../../expressions.ts';
import type { Place } from '../../findings.ts';
import type { InputPort, Literal, PrimitiveType } from '../../types.ts';

const PRIMITIVES: readonly string[] = ['string', 'number', 'integer', 'boolean'];

export function isPrimitive(type: string): type is PrimitiveType {
  return PRIMITIVES.includes(type);
}

const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;

/** The type of an input that nobody declared, from the literal it was given. */
export function typeOfLiteral(value: Literal): PrimitiveType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (/^[-+]?\d{16,}$/.test(value)) return 'integer';
  // A float keeps the text that it was written as (`1.0`), and stays a number.
  return /[.eE]/.test(value) && NUMBER.test(value) ? 'number' : 'string';
}

/**
 * The literal as the port takes it; undefined when it does not (told).
 * @param stray what a value outside the port's enum is. A job that gives one runs in the cloud, where the script decides; the
 * component's own default must be one of its values.
 */
export function fitLiteral(
  value: Literal,
  port: InputPort,
  name: string,
  place: Place,
  stray: 'error' | 'warning' = 'error',
): Literal | undefined {
  const { type } = port;
  if (!isPrimitive(type)) {
    place.error(
      'literal-for-data',
      `The input ${JSON.stringify(name)} takes data (${type}), found the literal ${shown(value)}.`,
      `Give it a mapping with "type: ${type}" and "path".`,
    );
    return undefined;
  }
  const converted = convert(value, type);
  if (converted === undefined) {
    place.error('wrong-type', `The input ${JSON.stringify(name)} takes ${withArticle(type)}, found ${shown(value)}.`);
    return undefined;
  }
  if (port.enum !== undefined && !port.enum.some((allowed) => same(allowed, converted))) {
    const message = `The input ${JSON.stringify(name)} takes one of ${port.enum.map((one) => literalText(one)).join(', ')}, found ${shown(value)}.`;
    if (stray === 'error') place.error('not-in-enum', message);
    else place.warn('not-in-enum', message, 'It is passed on as it is.');
    return stray === 'error' ? undefined : converted;
  }
  const number = Number(converted);
  if ((port.min !== undefined && number < port.min) || (port.max !== undefined && number > port.max)) {
    const range = [port.min === undefined ? '' : ` from ${port.min}`, port.max === undefined ? '' : ` up to ${port.max}`].join('');
    place.error('out-of-range', `The input ${JSON.stringify(name)} takes ${withArticle(type)}${range}, found ${shown(value)}.`);
    return undefined;
  }
  return converted;
}

function same(one: Literal, other: Literal): boolean {
  return one === other || literalText(one).toLowerCase() === literalText(other).toLowerCase();
}

function withArticle(type: PrimitiveType): string {
  return type === 'integer' ? 'an integer' : type === 'string' ? 'text' : `a ${type}`;
}

/** Text stays text where the number would read differently (`0.10`). */
function convert(value: Literal, type: PrimitiveType): Literal | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : literalText(value);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return typeof value === 'string' && /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : undefined;
    case 'integer':
      if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
      if (typeof value !== 'string' || !/^[-+]?\d+(\.0*)?$/.test(value)) return undefined;
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    case 'number': {
      if (typeof value === 'number') return value;
      if (typeof value !== 'string' || !NUMBER.test(value)) return undefined;
      return String(Number(value)) === value ? Number(value) : value;
    }
  }
}
