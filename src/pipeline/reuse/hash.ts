import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

/** Making it anew for each of many small files would cost more than reading them. */
let buffer: Buffer | undefined;
const chunk = 1 << 18;

/** SHA-256 of a file's bytes, as hex. Never holds more than a quarter of a megabyte of it. */
export function hashFile(path: string): string {
  buffer ??= Buffer.allocUnsafe(chunk);
  const file = openSync(path, 'r');
  try {
    let length = readSync(file, buffer, 0, chunk, null);
    if (length < chunk) return hash('sha256', buffer.subarray(0, length), 'hex');
    const whole = createHash('sha256');
    for (; length > 0; length = readSync(file, buffer, 0, chunk, null)) whole.update(buffer.subarray(0, length));
    return whole.digest('hex');
  } finally {
    closeSync(file);
  }
}

/** SHA-256 of a JSON value whose objects' keys are put in order, so that equal values have equal hashes. */
export function hashValue(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
