/** Words, numbers and texts as specs hold them. */
import { isRecord } from '../check.ts';
import type { Place } from '../findings.ts';
import type { Literal } from '../types.ts';

/** A word of a list, in the list's own case. */
export function oneOf<Word extends string>(words: readonly Word[], text: string | undefined): Word | undefined {
  return text === undefined ? undefined : words.find((word) => word === text.toLowerCase());
}

/** A number as it was written, where a number would read differently (`1.0`) or cannot hold it. */
export function literalOf(value: Literal, place: Place): Literal {
  if (typeof value !== 'number') return value;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return String(value);
  const written = place.source.written(place.path);
  return written === undefined || written === String(value) || /^[-+]?\d+$/.test(written) ? value : written;
}

export function versionText(version: string | number, place: Place): string {
  return typeof version === 'string' ? version : (place.source.written(place.path) ?? String(version));
}

/** Text with nothing that is null: tags and properties. */
export function textRecord(raw: unknown): Record<string, string> {
  if (!isRecord(raw)) return {};
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, value === null || value === undefined ? '' : String(value)]));
}
