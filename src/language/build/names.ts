/** Names that are not allowed, and names of nothing. */
import type { Place } from '../findings.ts';
import { type NameKind, wantedName } from '../names.ts';
import { nearest } from '../near.ts';

/** Tells at the key. */
export function checkKey(kind: NameKind, name: string, what: string, place: Place): boolean {
  const wanted = wantedName(kind, name);
  if (wanted !== undefined) place.keyError('invalid-name', notAllowed(what, name, wanted));
  return wanted === undefined;
}

/** Tells at the value. */
export function checkNamed(kind: NameKind, name: string, what: string, place: Place): void {
  const wanted = wantedName(kind, name);
  if (wanted !== undefined) place.error('invalid-name', notAllowed(what, name, wanted));
}

function notAllowed(what: string, name: string, wanted: string): string {
  return `The ${what} ${JSON.stringify(name)} is not allowed: expected ${wanted}.`;
}

/** What to say of a name that nothing has. */
export function unknownName(name: string, known: Iterable<string>, what: string): string {
  const names = [...known];
  const near = nearest(name, names);
  if (near !== undefined) return `Did you mean ${JSON.stringify(near)}?`;
  return names.length === 0 ? `There are no ${what}.` : `Known: ${names.join(', ')}.`;
}
