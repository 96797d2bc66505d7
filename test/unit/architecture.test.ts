/** The rooms of docs/architecture.md, held: a folder imports only from those that its row names. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const everywhere = ['errors', 'events'];

interface Room {
  /** Below `src/`, without a slash at the end. */
  readonly name: string;
  readonly mayImport: readonly string[];
}

/** Rows like | `src/parallel/plan/` | what it holds | language, data |; the longest name that a file's path begins with is its room. */
const rooms: readonly Room[] = [
  ...readFileSync(join(root, 'docs', 'architecture.md'), 'utf8').matchAll(/^\|\s*`src\/([\w/.-]+?)\/?`\s*\|[^|]*\|([^|]*)\|\s*$/gm),
]
  .map(([, name = '', imports = '']) => ({ name, mayImport: imports.split(',').map((each) => each.trim()) }))
  .sort((a, b) => b.name.length - a.name.length);

const files = globSync('src/**/*.ts', { cwd: root });

function roomOf(file: string): Room | undefined {
  const path = file.slice('src/'.length);
  return rooms.find(({ name }) => path === name || path.startsWith(`${name}/`));
}

/** What a file of ours imports from others of ours, types included. */
function importsOf(file: string): readonly string[] {
  return [...readFileSync(join(root, file), 'utf8').matchAll(/from '(\.[^']+)'|import\('(\.[^']+)'\)/g)].map(([, from, lazily]) =>
    normalize(join(dirname(file), from ?? lazily ?? '')),
  );
}

it('knows the room of every file', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
});

it('every room of src imports only from those that its row names', () => {
  const wrong = files.flatMap((file) => {
    const { name = '', mayImport = [] } = roomOf(file) ?? {};
    return importsOf(file).flatMap((target) => {
      const room = roomOf(target)?.name ?? target;
      const allowed = room === name || [...everywhere, ...mayImport].some((each) => room === each || room.startsWith(`${each}/`));
      return allowed ? [] : [`${file} imports from ${target}`];
    });
  });
  expect(wrong).toEqual([]);
});
