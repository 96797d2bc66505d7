/** Where the files of this package lie: its sources run as they are, and bundled, from files that are named and placed otherwise. */
import { findPackageJSON } from 'node:module';
import { dirname, extname, join } from 'node:path';

const manifest = findPackageJSON('.', import.meta.url);
if (manifest === undefined) throw new Error(`no package.json above ${import.meta.filename}`);

/** Of the package: `python/`, `templates/` and `package.json` lie here. Absolute. */
export const packageRoot = dirname(manifest);

const extension = extname(import.meta.filename);

/** `src` or `dist`, whichever runs. Absolute. */
export const programRoot = join(packageRoot, extension === '.ts' ? 'src' : 'dist');

/**
 * What a process or a thread of its own starts with; each is an entry of `scripts/build.ts`.
 * @param name below `src`, without an ending
 */
export function ownEntry(name: 'cli/main' | 'jobs/background-process' | 'pipeline/reuse/tree-worker' | 'workers/typescript/start'): string {
  return join(programRoot, `${name}${extension}`);
}
