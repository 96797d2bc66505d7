import { RequestError } from '../../errors/types.ts';

/** A value that these classes refuse. `name` is the option as it is written in TypeScript. */
export function invalid(name: string, message: string, hint?: string): RequestError {
  return new RequestError({ code: 'invalid-value', path: name, message, ...(hint !== undefined && { hint }) });
}

/** A value in a message. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value !== 'object') return String(value);
  const made: unknown = value.constructor;
  return typeof made === 'function' && made !== Object ? made.name : 'an object';
}
