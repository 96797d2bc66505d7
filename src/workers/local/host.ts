import { extname } from 'node:path';

/** How the host process of an entry-script language is started. */
export interface HostCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type EntryLanguage = 'python' | 'typescript';

const languages: Readonly<Record<string, EntryLanguage>> = {
  '.py': 'python',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
  '.js': 'typescript',
  '.mjs': 'typescript',
  '.cjs': 'typescript',
};

/** The language of an entry script, chosen by its extension; undefined for one that we do not run. */
export function entryLanguage(script: string): EntryLanguage | undefined {
  return languages[extname(script).toLowerCase()];
}
