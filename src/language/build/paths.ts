/** Paths and references in job files: what is local becomes absolute and must be there, what is registered or remote is kept as written. */
import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../findings.ts';

export type PathKind = 'file' | 'folder';

export function kindOf(path: string): PathKind | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return stat.isDirectory() ? 'folder' : 'file';
}

/** `azureml:name:version`, `azureml:name@label` or (where the version may be left out) `azureml:name`. */
export interface AssetReference {
  readonly name: string;
  readonly version?: string;
  readonly label?: string;
}

export function parseAssetReference(text: string): AssetReference | undefined {
  const match = /^azureml:([A-Za-z0-9_][A-Za-z0-9_.-]*)(?::([^:@/\s]+)|@([^:@/\s]+))?$/.exec(text);
  const [, name, version, label] = match ?? [];
  if (name === undefined) return undefined;
  return { name, ...(version === undefined ? {} : { version }), ...(label === undefined ? {} : { label }) };
}

/** A whole resource ID of the cloud (`azureml:/subscriptions/…`). */
function isResourceId(text: string): boolean {
  return /^azureml:\/+subscriptions\//.test(text);
}

const REMOTE_SCHEMES = ['azureml', 'https', 'http', 'wasbs', 'wasb', 'abfss', 'abfs', 'adl', 's3', 'gs'];

/** What a path in a file stands for. */
export type PathText =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'asset'; readonly text: string; readonly reference: AssetReference }
  | { readonly kind: 'remote'; readonly text: string };

/** Tells why a path cannot be used, or gives what it stands for; whether a local one exists is not looked at. */
export function readPath(text: string, place: Place): PathText | undefined {
  if (text.includes('\0')) {
    place.error('invalid-path', 'A path must not hold a NUL character.');
    return undefined;
  }
  if (isResourceId(text) || text.startsWith('runs:/')) return { kind: 'remote', text };
  const remote = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (remote === 'file') return { kind: 'local', path: fileURLToPath(text) };
  if (remote !== undefined) {
    if (!REMOTE_SCHEMES.includes(remote)) {
      place.error(
        'unknown-scheme',
        `Unknown kind of URI ${JSON.stringify(`${remote}://`)}.`,
        `Known: ${REMOTE_SCHEMES.map((scheme) => `${scheme}://`).join(', ')}, or a local path.`,
      );
      return undefined;
    }
    if (climbs(text)) {
      place.error(
        'path-climbs',
        `The URI ${JSON.stringify(text)} climbs out of its folder with "..".`,
        'Write the path that is meant, without "..".',
      );
      return undefined;
    }
    return { kind: 'remote', text };
  }
  if (text.startsWith('azureml:') && !/^azureml:(\.|\/)/.test(text)) {
    const reference = parseAssetReference(text);
    if (reference !== undefined) return { kind: 'asset', text, reference };
    place.error('invalid-reference', `Expected azureml:NAME:VERSION or azureml:NAME@latest, found ${JSON.stringify(text)}.`);
    return undefined;
  }
  const local = text.replace(/^(azureml|file):/, '');
  return { kind: 'local', path: resolve(place.source.baseDirectory, local) };
}

function climbs(text: string): boolean {
  return text.split(/[/\\]/).includes('..');
}

/** A path relative to a folder that it must not leave: an entry script, a Dockerfile. */
export function staysInside(path: string): boolean {
  if (isAbsolute(path)) return false;
  let depth = 0;
  for (const part of path.split(/[/\\]/)) {
    if (part === '..') depth -= 1;
    else if (part !== '.' && part !== '') depth += 1;
    if (depth < 0) return false;
  }
  return true;
}
