/** Paths and references in job files: what is local becomes absolute and must be there, what is registered or remote is kept as written. */
import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { isErrno } from '../../errors/thrown.ts';
import type { Place } from '../findings.ts';
import { type AssetReference, parsePath } from '../named-paths.ts';

export type PathKind = 'file' | 'folder';

/** Undefined where nothing is, and where nothing can be: behind a name longer than names are, or links in a circle. */
export function kindOf(path: string): PathKind | undefined {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP')) return undefined;
    throw thrown;
  }
}

/** What a path in a file stands for. */
export type PathText =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'asset'; readonly text: string; readonly reference: AssetReference }
  /** `readOnly`: what a job has made. */
  | { readonly kind: 'remote'; readonly text: string; readonly readOnly: boolean };

/** Tells why a path cannot be used, or gives what it stands for; whether a local one exists is not looked at. */
export function readPath(text: string, place: Place): PathText | undefined {
  const named = parsePath(text);
  switch (named.kind) {
    case 'invalid':
      place.error(named.code, named.message, named.hint);
      return undefined;
    case 'local':
      return { kind: 'local', path: resolve(place.source.baseDirectory, named.path) };
    case 'asset':
      return { kind: 'asset', text, reference: named };
    case 'datastore':
    case 'web':
    case 'cloud':
      return { kind: 'remote', text, readOnly: false };
    case 'job_output':
      return { kind: 'remote', text, readOnly: true };
  }
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
