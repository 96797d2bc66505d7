/**
 * Values of `object` columns in rows that had to be put on disk: JSON, in which what it has no word for stands in an object of one key, `$`, and its value.
 * Python's end is `python/parallelrun_worker/tables/row_json.py`.
 */
import { parseJsonLine } from '../typing/json.ts';

const tag = '$';

export function rowJson(value: unknown): string {
  return JSON.stringify(plain(value));
}

/** @throws SyntaxError */
export function parseRowJson(text: string): unknown {
  const value = parseJsonLine(text);
  return text.includes(`"${tag}"`) ? restored(value) : value;
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return { [tag]: ['integer', String(value)] };
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : { [tag]: ['number', numberText(value)] };
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Uint8Array) return { [tag]: ['bytes', Buffer.from(value).toString('base64')] };
  if (Array.isArray(value)) return value.map(plain);
  const entries = Object.entries(value).map(([key, one]) => [key, plain(one)] as const);
  return tag in value ? { [tag]: ['object', Object.fromEntries(entries)] } : Object.fromEntries(entries);
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function restored(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(restored);
  const { [tag]: tagged } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(tagged)) return everyValue(value);
  const [kind, inner] = tagged as [string, unknown];
  if (kind === 'object') return everyValue(inner as object);
  if (kind === 'bytes') return Buffer.from(String(inner), 'base64');
  return kind === 'integer' ? BigInt(String(inner)) : Number(inner);
}

function everyValue(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, restored(one)]));
}
