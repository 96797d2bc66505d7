/** The code of a step: a local folder or file, and the entry script inside it. */

import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ENTRY_EXTENSIONS, entryLanguage } from '../../entry-scripts.ts';
import type { Place } from '../../findings.ts';
import { nearest } from '../../near.ts';
import type { CodeSpec } from '../../types.ts';
import { kindOf, readPath, staysInside } from '../paths.ts';

export function readCode(raw: string | undefined, includes: readonly string[], place: Place): CodeSpec | undefined {
  if (raw === undefined) return undefined;
  const path = localCode(raw, place);
  return path === undefined ? undefined : { path, additionalIncludes: includes };
}

function localCode(raw: string, place: Place): string | undefined {
  if (/^git\+/.test(raw)) {
    place.error(
      'code-not-local',
      `The code ${JSON.stringify(raw)} is a git repository; expected a local folder.`,
      'Clone it and name the folder.',
    );
    return undefined;
  }
  const path = readPath(raw, place);
  if (path === undefined) return undefined;
  if (path.kind !== 'local') {
    place.error(
      'code-not-local',
      `The code ${JSON.stringify(raw)} is not on this machine; expected a local folder.`,
      'Download it and name the folder.',
    );
    return undefined;
  }
  if (kindOf(path.path) === undefined) {
    place.error(
      'missing-code',
      `There is no code at ${path.path}.`,
      `${JSON.stringify(raw)} is relative to ${place.source.baseDirectory}.`,
    );
    return undefined;
  }
  return path.path;
}

/** `additional_includes`, absolute. */
export function readIncludes(raw: readonly string[] | null | undefined, place: Place): string[] {
  return (raw ?? []).flatMap((text, index) => {
    const at = place.at(index);
    const path = readPath(text, at);
    if (path === undefined) return [];
    if (path.kind !== 'local' || kindOf(path.path) === undefined) {
      at.error(
        'missing-path',
        `There is nothing at ${path.kind === 'local' ? path.path : path.text}.`,
        `Expected a file or folder, relative to ${place.source.baseDirectory}.`,
      );
      return [];
    }
    return [path.path];
  });
}

/**
 * The entry script, relative to the code folder. Without `code`, the script's own folder is the code.
 * Undefined when it is not there (told).
 */
export function readEntryScript(
  raw: string,
  code: CodeSpec | undefined,
  codeGiven: boolean,
  includes: readonly string[],
  place: Place,
): { readonly code: CodeSpec; readonly entryScript: string } | undefined {
  const script = raw.replace(/^file:/, '');
  if (entryLanguage(script) === undefined) {
    place.error('unknown-script-type', `Expected a script that ends in ${ENTRY_EXTENSIONS.join(', ')}, found ${JSON.stringify(raw)}.`);
    return undefined;
  }
  if (!codeGiven) {
    const path = resolve(place.source.baseDirectory, script);
    if (kindOf(path) !== 'file') {
      missing(path, place);
      return undefined;
    }
    return { code: { path: dirname(path), additionalIncludes: includes }, entryScript: basename(path) };
  }
  if (code === undefined) return undefined;
  if (!staysInside(script)) {
    place.error(
      'path-climbs',
      `The entry script must stand inside the code folder ${code.path}, found ${JSON.stringify(raw)}.`,
      'Name it relative to "code".',
    );
    return undefined;
  }
  if (kindOf(code.path) === 'file') {
    if (basename(code.path) === basename(script)) return { code, entryScript: basename(script) };
    place.error('missing-entry-script', `The code is the single file ${code.path}, and the entry script is ${JSON.stringify(raw)}.`);
    return undefined;
  }
  if (kindOf(join(code.path, script)) === 'file') return { code, entryScript: script };
  if (code.additionalIncludes.some((path) => basename(path) === script)) return { code, entryScript: script };
  missing(join(code.path, script), place);
  return undefined;
}

function missing(path: string, place: Place): void {
  const folder = dirname(path);
  const near = kindOf(folder) === 'folder' ? nearest(basename(path), readdirSync(folder)) : undefined;
  place.error(
    'missing-entry-script',
    `There is no entry script at ${path}.`,
    near === undefined ? undefined : `Did you mean ${JSON.stringify(near)}?`,
  );
}
