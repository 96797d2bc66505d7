/** Which files of a code folder belong to the step. */
import { type Dirent, existsSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import ignore from 'ignore';

export interface CodeFile {
  /** Absolute. */
  readonly source: string;
  /** Where it stands in the snapshot: relative, with `/`. */
  readonly path: string;
}

/** Made by tools, never meant: caches, and packages, which are linked. */
const neverCopied = new Set(['.git', '__pycache__', 'node_modules']);

/**
 * The files below a folder in name order, without what `.amlignore` (else `.gitignore`) of the folder leaves out.
 * Links are followed, so that the snapshot stands by itself; one that leads nowhere or back above itself is left out.
 * @param exclude folders and files that are left out, too
 */
export function* codeFiles(folder: string, exclude: readonly string[]): Generator<CodeFile> {
  const root = realpathSync(folder);
  const excluded = new Set(exclude.filter((path) => existsSync(path)).map((path) => realpathSync(path)));
  const ignored = ignoreRules(root);

  function* walk(directory: string, prefix: string, above: readonly string[]): Generator<CodeFile> {
    const entries = readdirSync(directory, { withFileTypes: true }).sort(byName);
    for (const entry of entries) {
      if (neverCopied.has(entry.name)) continue;
      const source = join(directory, entry.name);
      const path = `${prefix}${entry.name}`;
      const stat = entry.isSymbolicLink() ? statSync(source, { throwIfNoEntry: false }) : entry;
      if (stat === undefined || ignored(isFolder(stat) ? `${path}/` : path)) continue;
      if (stat.isFile()) {
        if (!excluded.has(source)) yield { source, path };
      } else if (stat.isDirectory()) {
        const real = realpathSync(source);
        if (!excluded.has(real) && !above.includes(real)) yield* walk(source, `${path}/`, [...above, real]);
      }
    }
  }
  yield* walk(root, '', [root]);
}

function isFolder(entry: Dirent | Stats): boolean {
  return entry.isDirectory();
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}

function ignoreRules(root: string): (path: string) => boolean {
  const file = ['.amlignore', '.gitignore'].map((name) => join(root, name)).find((path) => existsSync(path));
  if (file === undefined) return () => false;
  const rules = ignore().add(readFileSync(file, 'utf8'));
  return (path) => rules.ignores(path);
}
