/** The rooms of docs/architecture.md, held: a folder imports only from those that its row names. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const everywhere = ['errors', 'events'];
const allowed: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  events: [],
  spec: [],
  data: ['spec'],
  workers: ['spec', 'data'],
  parallel: ['spec', 'data', 'workers'],
  environments: ['spec'],
  runs: ['spec'],
  pipeline: ['spec', 'data', 'workers', 'parallel', 'environments', 'runs'],
  jobs: ['spec', 'data', 'workers', 'parallel', 'environments', 'runs', 'pipeline'],
  authoring: ['spec', 'runs', 'pipeline', 'jobs'],
  cli: ['spec', 'data', 'workers', 'parallel', 'environments', 'runs', 'pipeline', 'jobs'],
};

it('every folder of src imports only from the rooms below it', () => {
  const wrong: string[] = [];
  const files = globSync('src/**/*.ts', { cwd: root });
  expect(files.length).toBeGreaterThan(100);
  for (const file of files) {
    const room = file.split(sep)[1] ?? '';
    for (const [, from, lazily] of readFileSync(join(root, file), 'utf8').matchAll(/from '(\.[^']+)'|import\('(\.[^']+)'\)/g)) {
      const target = normalize(join(dirname(file), from ?? lazily ?? '')).split(sep)[1] ?? '';
      if (target !== room && !everywhere.includes(target) && !allowed[room]?.includes(target)) wrong.push(`${file} imports from ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});
