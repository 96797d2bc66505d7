/** What a program hands over becomes plain data: a copy, without what YAML could not hold. */
import { RequestError } from '../errors/types.ts';
import { isRecord } from './check.ts';

/** Keys whose value is undefined are left out; a `toJSON` is taken at its word. */
export function plain(value: unknown, depth = 0): unknown {
  if (depth > 200) throw new RequestError({ code: 'too-deep', message: 'The value is nested too deeply, or contains itself.' });
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (!isRecord(value)) return value;
  if (typeof value.toJSON === 'function') return plain(value.toJSON(), depth + 1);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, plain(inner, depth + 1)]),
  );
}
