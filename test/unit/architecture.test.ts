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
      const inside = room === name || room.startsWith(`${name}/`);
      const allowed = inside || [...everywhere, ...mayImport].some((each) => room === each || room.startsWith(`${each}/`));
      return allowed ? [] : [`${file} imports from ${target}`];
    });
  });
  expect(wrong).toEqual([]);
});

/** Files that import one another, through however many others: each of them a strongly connected part of the graph (Tarjan). */
function circles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const own = index.size;
    index.set(file, own);
    low.set(file, own);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      const reached = index.has(target) ? (stack.includes(target) ? index.get(target) : undefined) : visit(target);
      if (reached !== undefined) low.set(file, Math.min(low.get(file) ?? own, reached));
    }
    if (low.get(file) === own) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) found.push(circle);
    }
    return low.get(file) ?? own;
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
}

it('no files import one another in a circle, types included', () => {
  expect(
    circles(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
  ).toEqual([['b', 'c']]);
  expect(circles(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
});
