/**
 * Secrets that stand in the addresses of a job or an asset, such as a shared access signature: they are kept in a file that only its owner can read, and
 * what is stored has marks in their place.
 */
import { join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import { type AddressSecret, markedAddress, markOf, partedAddress, wholeAddress } from '../language/address-secrets.ts';
import { isRecord } from '../os/facts.ts';
import { readSecret, writeSecret } from './credentials.ts';

/** Whose addresses they are: what goes with it takes its secrets along. */
export type Owner = readonly ['jobs', name: string] | readonly ['assets', kind: string, name: string, version: string];

/** The value as it may be stored. What it takes from marks of others is kept here too: those may go before. */
export function withoutAddressSecrets<T>(home: string, owner: Owner, value: T): T {
  const kept: AddressSecret[] = [];
  const parted = mapAddresses(value, (text) => {
    const found = partedAddress(wholeOf(home, text));
    if (found === undefined) return text;
    kept.push(found.secret);
    return markedAddress(found.address, [...owner, kept.length - 1].join('/'));
  });
  if (kept.length > 0) writeSecret(fileOf(home, owner), kept);
  return parted;
}

/** The value as it was given. @throws RequestError where something is gone */
export function withAddressSecrets<T>(home: string, value: T): T {
  return mapAddresses(value, (text) => wholeOf(home, text));
}

/** The address with what gives access in it. @throws RequestError where that is gone with its owner */
export function wholeOf(home: string, text: string): string {
  const marked = markOf(text);
  if (marked === undefined) return text;
  const parts = marked.where.split('/');
  const secrets = readSecret(fileOf(home, ownerOf(parts)), isSecrets);
  const secret = secrets?.[Number(parts.at(-1))];
  if (secret !== undefined) return wholeAddress(marked.address, secret);
  throw new RequestError({
    code: 'lost-secret',
    message: `What gave access to ${marked.address} was kept with ${parts.slice(0, -1).join(' ')}, and is gone.`,
    hint: 'Give the whole address again.',
  });
}

function ownerOf(parts: readonly string[]): Owner {
  const [kind = '', first = '', second = '', third = ''] = parts;
  // A mark may stand in a file that somebody else wrote: it leads to no other folder.
  const names = parts.slice(1, -1).filter((name) => /^[\w@-][\w.@-]*$/.test(name));
  if (kind === 'jobs' && names.length === 1) return ['jobs', first];
  if (kind === 'assets' && names.length === 3) return ['assets', first, second, third];
  throw new RequestError({
    code: 'bad-address',
    message: 'The address names a secret that there cannot be.',
    hint: 'Give the whole address again.',
  });
}

function fileOf(home: string, owner: Owner): string {
  if (owner[0] === 'jobs') return join(home, 'jobs', owner[1], 'credentials.json');
  const [, kind, name, version] = owner;
  return join(home, 'credentials', kind, name, `${version}.json`);
}

function isSecrets(value: unknown): value is readonly AddressSecret[] {
  return Array.isArray(value) && value.every(isRecord);
}

/** Addresses are paths of inputs, outputs and assets, and the texts of inputs that are made of others. */
function mapAddresses<T>(value: T, change: (text: string) => string, key?: string): T {
  if (typeof value === 'string') return (key === 'path' || key === 'text' || key === 'model' ? change(value) : value) as T;
  if (Array.isArray(value)) return value.map((item) => mapAddresses(item, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapAddresses(inner, change, name)])) as T;
}
