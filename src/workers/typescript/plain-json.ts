const { stringify } = JSON;
const { isView } = ArrayBuffer;

/**
 * JSON as everybody reads it: a bigint is a string (a JSON number of that size would lose digits in most readers), a typed array is the list that
 * it is. NaN and infinity are null, a date is ISO 8601, as `JSON.stringify` has them.
 */
export function plainJson(value: unknown): string {
  return stringify(value, plain);
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return isView(value) ? Array.from(value as Float64Array) : value;
}
