/** A folder with what jobs of these tests name: a script, data, a model, an environment. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/folder.ts';

export interface Project {
  readonly directory: string;
  readonly code: string;
  readonly data: string;
  readonly model: string;
  path(...parts: string[]): string;
}

/** Call it inside a test. */
export function project(): Project {
  const directory = temporaryFolder();
  const path = (...parts: string[]) => join(directory, ...parts);
  for (const folder of ['src', 'in', 'model', 'home']) mkdirSync(path(folder));
  writeFileSync(path('src', 'score.py'), 'def run(mini_batch):\n    return mini_batch\n');
  writeFileSync(path('src', 'env.yml'), 'dependencies:\n  - python\n');
  for (const name of ['a1.txt', 'a2.txt', 'b1.txt']) writeFileSync(path('in', name), `${name}\n`);
  writeFileSync(path('in', 'rows.csv'), 'name,value\nx,1\ny,2\n');
  return { directory, code: path('src'), data: path('in'), model: path('model'), path };
}
