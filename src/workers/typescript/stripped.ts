/** JavaScript of TypeScript files that was made before, by any worker of any job: the first stripping costs a worker a third of its start. */
import { hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { getCompileCacheDir, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { writeAtomically } from '../../os/files.ts';

/** `stripTypeScriptTypes`, remembered beside Node's own compiled modules, which are of this version of Node and of this user. */
export function stripped(source: string): string {
  const folder = getCompileCacheDir();
  // The cache may be in a folder that all users share; what another one put there is not run.
  if (folder === undefined || statSync(folder).uid !== process.getuid?.()) return stripTypeScriptTypes(source);
  const file = join(folder, `stripped-${hash('sha256', source)}.js`);
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const code = stripTypeScriptTypes(source);
    remember(file, code);
    return code;
  }
}

function remember(file: string, code: string): void {
  try {
    writeAtomically(file, code);
  } catch {
    // No space or no leave to write: the next worker strips it again.
  }
}
