/** Code folders that hold more than code: each job keeps a copy of them. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeSpec } from '../../language/types.ts';
import { codeFiles } from './code-files.ts';

const manyFiles = 2_000;
const manyBytes = 100_000_000;

/** What to say of it, and the line that leaves out the most; undefined for a folder of usual size. No more of it is looked at than that takes. */
export function codeSizeWarning(code: CodeSpec | undefined, exclude: readonly string[]): string | undefined {
  if (code === undefined || statSync(code.path, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const weights = new Map<string, number>();
  let files = 0;
  let bytes = 0;
  for (const { source, path } of codeFiles(code.path, exclude)) {
    const size = statSync(source, { throwIfNoEntry: false })?.size ?? 0;
    files += 1;
    bytes += size;
    const [top = path, below] = path.split('/', 2);
    const entry = below === undefined ? top : `${top}/`;
    // A file weighs its bytes, and what copying a file costs beside them.
    weights.set(entry, (weights.get(entry) ?? 0) + size + manyBytes / manyFiles);
    if (files > manyFiles || bytes > manyBytes) return warning(code.path, files > manyFiles, heaviest(weights));
  }
  return undefined;
}

function heaviest(weights: ReadonlyMap<string, number>): string {
  const [[entry] = ['']] = [...weights].sort(([, a], [, b]) => b - a);
  return entry;
}

function warning(folder: string, hasManyFiles: boolean, entry: string): string {
  const size = hasManyFiles ? `more than ${manyFiles.toLocaleString('en-US')} files` : `more than ${manyBytes / 1e6} MB`;
  return `The code folder ${folder} holds ${size}, and all of it is copied into the job. Where the script does not need ${entry}, put this line into ${join(folder, '.amlignore')}: /${entry}`;
}
