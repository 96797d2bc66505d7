/**
 * What a door of the package shows to TypeScript: the declarations that the compiler emits, read as the regular text that they are
 * (a statement begins at the left edge, a member four spaces in for each level).
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/**
 * Lays the package into a folder as somebody has it who installed it, without what runs: its `package.json` and the declarations,
 * compiled as the build does. Programs can be compiled in the folder. Returns where the declarations are (`dist/`).
 */
export function installDeclarations(folder: string): string {
  const place = join(folder, 'node_modules', 'parallelrun');
  const declarations = join(place, 'dist');
  compiler('--project', join(root, 'tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', declarations);
  copyFileSync(join(root, 'package.json'), join(place, 'package.json'));
  return declarations;
}

/** What the compiler says about a project; empty: nothing. */
export function compile(config: string): string {
  try {
    return compiler('--project', config);
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout);
    throw error;
  }
}

function compiler(...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...args], { encoding: 'utf8' });
}

export interface Surface {
  /** `Type.member`, and types and functions themselves, that say nothing of themselves. */
  readonly undocumented: readonly string[];
  /** `Type: Other`: what a public declaration names and the door does not export. */
  readonly unexported: readonly string[];
  /** Modules outside the package that a compiler has to find. */
  readonly external: readonly string[];
}

interface Declaration {
  readonly name: string;
  readonly documented: boolean;
  readonly exported: boolean;
  readonly lines: readonly string[];
}

interface Module {
  readonly file: string;
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** Where names come from. */
  readonly imports: ReadonlyMap<string, string>;
  readonly exports: readonly { readonly from: string; readonly names: readonly string[] | 'all' }[];
  readonly external: readonly string[];
}

/** @param entry the door's declarations, e.g. `…/authoring/v2/index.d.ts` */
export function publicSurface(entry: string): Surface {
  const modules = new Map<string, Module>();
  const load = (file: string): Module => {
    const known = modules.get(file);
    if (known !== undefined) return known;
    const module = readModule(file);
    modules.set(file, module);
    for (const target of [...module.imports.values(), ...module.exports.map(({ from }) => from)]) load(target);
    return module;
  };
  const shown = exportedBy(load(entry), load);
  const undocumented: string[] = [];
  const unexported: string[] = [];
  for (const key of shown) {
    const [file = '', name = ''] = key.split('#');
    const module = load(file);
    const declaration = module.declarations.get(name);
    if (declaration === undefined) throw new Error(`${relative(dirname(entry), file)} does not declare ${name}`);
    if (!declaration.documented) undocumented.push(name);
    undocumented.push(...undocumentedMembers(declaration).map((member) => `${name}.${member}`));
    for (const used of typesIn(declaration)) {
      const home = module.declarations.has(used) ? file : module.imports.get(used);
      if (home !== undefined && !shown.has(`${home}#${used}`)) unexported.push(`${name}: ${used}`);
    }
  }
  return { undocumented, unexported, external: [...new Set([...modules.values()].flatMap(({ external }) => external))] };
}

/** `file#name` of everything that the module exports. */
function exportedBy(module: Module, load: (file: string) => Module): Set<string> {
  const own = [...module.declarations.values()].filter(({ exported }) => exported).map(({ name }) => `${module.file}#${name}`);
  const others = module.exports.flatMap(({ from, names }) =>
    names === 'all' ? [...exportedBy(load(from), load)] : names.map((name) => `${from}#${name}`),
  );
  return new Set([...own, ...others]);
}

function readModule(file: string): Module {
  const declarations = new Map<string, Declaration>();
  const imports = new Map<string, string>();
  const exports: { from: string; names: string[] | 'all' }[] = [];
  const external: string[] = [];
  const resolve = (path: string): string | undefined => {
    if (!path.startsWith('.')) {
      external.push(path);
      return undefined;
    }
    const target = join(dirname(file), path.replace(/\.[jt]s$/, '.d.ts'));
    if (!existsSync(target)) throw new Error(`${file} imports ${path}, which is not there`);
    return target;
  };
  for (const { documented, lines } of statements(readFileSync(file, 'utf8'))) {
    const text = lines.join('\n').trim();
    const [, path] = /\bfrom ['"]([^'"]+)['"];$/.exec(text) ?? [];
    const from = path === undefined ? undefined : resolve(path);
    const names = namesIn(text);
    if (text.startsWith('import')) for (const name of from === undefined ? [] : names) imports.set(name, from ?? '');
    else if (path !== undefined) {
      if (from !== undefined) exports.push({ from, names: /^export (?:type )?\*/.test(text) ? 'all' : names });
    } else {
      const [, name] = /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|function|const|let) (\w+)/.exec(text) ?? [];
      for (const [, inline = ''] of text.matchAll(/\bimport\(["']([^"']+)["']\)/g)) resolve(inline);
      if (name === undefined) continue;
      // A class beside an interface, or one of several shapes of a function: one of them speaks for all.
      const before = declarations.get(name);
      declarations.set(name, {
        name,
        documented: documented || before?.documented === true,
        exported: text.startsWith('export'),
        lines: [...(before?.lines ?? []), ...lines],
      });
    }
  }
  return { file, declarations, imports, exports, external };
}

function namesIn(text: string): string[] {
  const [, list = ''] = /\{([^}]*)\}/.exec(text) ?? [];
  return list
    .split(',')
    .map((each) =>
      each
        .trim()
        .replace(/^type /, '')
        .replace(/ as .*$/, ''),
    )
    .filter((each) => each !== '');
}

/** Statements, each without the comment before it. */
function statements(text: string): { documented: boolean; lines: string[] }[] {
  const found: { documented: boolean; lines: string[] }[] = [];
  let comment: string[] = [];
  for (const line of text.split('\n')) {
    const open = comment.length > 0 && comment.at(-1)?.endsWith('*/') === false;
    if (open || line.startsWith('/*')) comment.push(line);
    else if (/^(?:export|import|declare|interface|type|class)\b/.test(line)) {
      found.push({ documented: comment.length > 0, lines: [line] });
      comment = [];
    } else {
      found.at(-1)?.lines.push(...comment, line);
      comment = [];
    }
  }
  return found;
}

/** Members at any depth. */
function undocumentedMembers({ lines }: Declaration): string[] {
  const wrong: string[] = [];
  const told = new Set<string>();
  lines.forEach((line, index) => {
    const [, indent = '', modifiers = '', name] =
      /^( {4,})((?:readonly |static |get |set |abstract |protected |private |-readonly )*)(\w+|\((?=.*\):))\??[:(<](?!.*=>.*[,)]$)/.exec(
        line,
      ) ?? [];
    // What can only be one word says itself.
    if (name === undefined || /private|protected/.test(modifiers) || /: ["']\w+["'];$/.test(line)) return;
    const key = `${indent}${name}`;
    if (lines[index - 1]?.endsWith('*/') === true || isToldByAlternative(lines, index)) told.add(key);
    else if (!told.has(key)) wrong.push(name);
  });
  return wrong;
}

/** Of a union: a comment before an alternative speaks for what is in it. */
function isToldByAlternative(lines: readonly string[], index: number): boolean {
  const start = lines.slice(0, index).findLastIndex((line) => /^ {0,3}\S/.test(line));
  return start > 0 && /\{$/.test(lines[start] ?? '') && lines[start - 1]?.endsWith('*/') === true;
}

/** What it names with a capital, outside of comments and texts. */
function typesIn({ lines }: Declaration): string[] {
  const text = lines
    .join('\n')
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/'[^'\n]*'|"[^"\n]*"/g, '');
  return [...new Set([...text.matchAll(/(?<![.\w])[A-Z]\w*/g)].map(([name]) => name))];
}
