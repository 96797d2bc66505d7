/** What `run` may return, and how it is said when it returned something else. */
import { AttemptError } from './attempt-error.ts';

// As it is before the script runs.
const { isArray } = Array;

const allowed = 'an array, a Table, an iterable or a generator, or a promise of one';

/** The elements of a returned value, when they can be had at once. */
export function returnedRows(value: unknown): Iterable<unknown> | AsyncIterable<unknown> {
  if (isArray(value)) return value;
  if (typeof value === 'object' && value !== null && !(value instanceof Map) && !Buffer.isBuffer(value)) {
    if (isIterable(value) || isAsyncIterable(value)) return value;
  }
  const hint = value === undefined || value === null ? ' Return [] for a mini-batch without results.' : '';
  throw new AttemptError('BadReturn', 'return', `run returned ${describe(value)}; it must return ${allowed}.${hint}`);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

export function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/** A row that cannot be written, whatever the output is. */
export function badRow(row: unknown, position: number): AttemptError {
  const hint = isThenable(row) ? ' Return `Promise.all(rows)`, or make run async and await each.' : '';
  return new AttemptError(
    'BadReturn',
    'return',
    `element ${position} of what run returned is ${describe(row)}, which is not a row.${hint}`,
  );
}

export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  switch (typeof value) {
    case 'string':
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case 'number':
    case 'bigint':
    case 'boolean':
      return `the ${typeof value} ${value}`;
    case 'function':
      return `the function ${value.name || '(anonymous)'}`;
    case 'symbol':
      return 'a symbol';
    default:
      return describeObject(value);
  }
}

function describeObject(value: object): string {
  if (isThenable(value)) return 'a promise';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return `a ${value.constructor?.name || 'object without a class name'}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? 'the object {}' : `an object {${keys.slice(0, 4).join(', ')}${keys.length > 4 ? ', …' : ''}}`;
}
