/** Job files in a temporary folder, for tests of the loader. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RequestError } from '../../src/errors/types.ts';
import { temporaryFolder } from './folder.ts';

/** Writes the files (by path) and returns their folder. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

/** What most jobs here need around them: a script, an environment and two inputs. */
export const SURROUNDINGS: Readonly<Record<string, string>> = {
  'src/score.py': 'def run(batch):\n    return batch\n',
  'env.yml': 'dependencies: [python]\n',
  'in/1.txt': '1\n',
  'table.csv': 'a\n1\n',
};

/** `line:column path: message` of everything that was found wrong. */
export async function mistakesOf(work: () => unknown): Promise<string[]> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return error.problems.map((problem) => {
      const place = problem.line === undefined ? '' : `${problem.line}:${problem.column} `;
      return `${place}${problem.path ?? ''}: ${problem.message}${problem.hint === undefined ? '' : ` ${problem.hint}`}`;
    });
  }
  return [];
}
