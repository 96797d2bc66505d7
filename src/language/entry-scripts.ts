/** The languages that entry scripts are written in, told by the ending of their name. */
import { extname } from 'node:path';

export type EntryLanguage = 'python' | 'typescript';

const LANGUAGES: Readonly<Record<string, EntryLanguage>> = {
  '.py': 'python',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
  '.js': 'typescript',
  '.mjs': 'typescript',
  '.cjs': 'typescript',
};

export const ENTRY_EXTENSIONS: readonly string[] = Object.keys(LANGUAGES);

/** Undefined for one that is not run. */
export function entryLanguage(script: string): EntryLanguage | undefined {
  return LANGUAGES[extname(script).toLowerCase()];
}
