import { RequestError } from '../../errors/types.ts';

/** A value that these classes refuse. `name` is the option as it is written in TypeScript. */
export function invalid(name: string, message: string, hint?: string): RequestError {
  return new RequestError({ code: 'invalid-value', path: name, message, ...(hint !== undefined && { hint }) });
}

/** A value in a message. */
export function shown(value: unknown): string {
  return value === undefined ? 'nothing' : typeof value === 'object' && value !== null ? value.constructor.name : JSON.stringify(value);
}
