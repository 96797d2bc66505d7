/** How the entry script and what it imports are found and read: Node's rules, and those that TypeScript authors are used to. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import {
  createRequire,
  type LoadFnOutput,
  type LoadHookContext,
  type ResolveFnOutput,
  type ResolveHookContext,
  registerHooks,
} from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import type { ReadModule } from './syntax-check.ts';
import { toJavaScript } from './typescript.ts';

/** What was read so far for the script, outside of packages; for finding a mistake in it. */
export const readModules: ReadModule[] = [];

/**
 * Marks a second loading in which imports of mere types are left out. Modules whose linking failed stay in Node's cache,
 * so the second loading needs addresses of its own; nothing has run by then.
 */
const elide = '?imports=elided';

export function installModuleRules(): void {
  registerHooks({ resolve, load });
}

/** Loads a script by its absolute path; its exports, where a CommonJS script's are the property `default`. */
export async function importScript(file: string): Promise<Readonly<Record<string, unknown>>> {
  const url = pathToFileURL(file).href;
  entry = url;
  try {
    return await import(url);
  } catch (error) {
    if (error instanceof CommonJsEntry) return { default: createRequire(url)(file) };
    if (!isMissingExport(error)) throw error;
    return await import(url + elide);
  }
}

let entry = '';

/**
 * Imported from a module, a CommonJS file gets a `require` that older Nodes do not lead past our rules (22; 24 does):
 * a CommonJS entry script is required instead.
 */
class CommonJsEntry extends Error {}

/** The script imports a type without saying `type`: its module has no such value. */
function isMissingExport(error: unknown): boolean {
  return error instanceof SyntaxError && /does not provide an export named|Named export .* not found/s.test(error.message);
}

type NextResolve = (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput;

function resolve(specifier: string, context: ResolveHookContext, nextResolve: NextResolve): ResolveFnOutput {
  const parent = context.parentURL;
  const found = find(specifier, parent, context, nextResolve);
  if (parent?.endsWith(elide) && isTypeScript(found.url)) return { ...found, url: found.url + elide };
  // As TypeScript's `resolveJsonModule` lets it be written: without `with { type: 'json' }`.
  if (found.url.endsWith('.json') && !isRequired(context)) return { ...found, importAttributes: { type: 'json' } };
  return found;
}

function find(specifier: string, parent: string | undefined, context: ResolveHookContext, nextResolve: NextResolve): ResolveFnOutput {
  try {
    return nextResolve(specifier, context);
  } catch (error) {
    if (hasBackslash(error)) return findBehindBackslash(specifier, parent, error);
    if (parent === undefined) throw error;
    if (/^\.{0,2}\//.test(specifier)) {
      const file = findFile(new URL(specifier, parent));
      if (file !== undefined) return nextResolve(isRequired(context) ? fileURLToPath(file) : file.href, context);
    } else if (/^parallelrun(?:\/|$)/.test(specifier)) {
      // The package that runs the script, where the script's project has not installed it.
      return nextResolve(specifier, { ...context, parentURL: import.meta.url });
    }
    throw error;
  }
}

/** Node takes no address with a backslash for that of a module, though it may be a part of a folder's name. */
function hasBackslash(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_MODULE_SPECIFIER' && /%2f|%5c/i.test(error.message);
}

function findBehindBackslash(specifier: string, parent: string | undefined, error: unknown): ResolveFnOutput {
  const isFilePath = /^(?:file:|\.{0,2}\/)/.test(specifier);
  if (!isFilePath && parent !== undefined) {
    // Paths in packages are what `require` knows, which takes them as they are.
    return { url: pathToFileURL(createRequire(fileURLToPath(parent)).resolve(specifier)).href, shortCircuit: true };
  }
  const url = new URL(specifier, parent);
  const file = isFile(url) ? url : findFile(url);
  if (file === undefined) throw error;
  return { url: file.href, shortCircuit: true };
}

const typeScriptOf: Readonly<Record<string, string>> = { '.js': '.ts', '.mjs': '.mts', '.cjs': '.cts' };
const endings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.mts', '/index.js', '/index.mjs'];

function findFile(url: URL): URL | undefined {
  const path = url.pathname;
  const written = /\.[mc]?js$/.exec(path)?.[0];
  const candidates = endings.map((ending) => path + ending);
  if (written !== undefined) candidates.unshift(path.slice(0, -written.length) + typeScriptOf[written]);
  return candidates.map((candidate) => new URL(candidate, url)).find(isFile);
}

/** Asked for by `require`. Node 22 hands over a set where it promises an array. */
function isRequired(context: { readonly conditions: Iterable<string> }): boolean {
  return new Set(context.conditions).has('require');
}

function isFile(url: URL): boolean {
  return existsSync(url) && statSync(url).isFile();
}

function isTypeScript(url: string): boolean {
  return url.startsWith('file:') && /\.[mc]?ts$/.test(url);
}

type NextLoad = (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput;

function load(url: string, context: LoadHookContext, nextLoad: NextLoad): LoadFnOutput {
  const elided = url.endsWith(elide);
  const plain = elided ? url.slice(0, -elide.length) : url;
  if (!plain.startsWith('file:') || (plain.includes('/node_modules/') && !isTypeScript(plain))) return nextLoad(url, context);
  const loaded = isTypeScript(plain) ? loadTypeScript(plain, context, elided) : nextLoad(url, context);
  if (loaded.format !== 'module' && loaded.format !== 'commonjs') return loaded;
  const file = fileURLToPath(plain);
  const code = typeof loaded.source === 'string' ? loaded.source : readFileSync(file, 'utf8');
  const format = moduleFormat(plain, loaded.format, code);
  if (format === 'commonjs' && url === entry && !isRequired(context)) throw new CommonJsEntry();
  readModules.push({ file, format, code });
  return { ...loaded, format };
}

function loadTypeScript(url: string, context: LoadHookContext, elided: boolean): LoadFnOutput {
  const source = toJavaScript(readFileSync(fileURLToPath(url), 'utf8'), url, elided);
  return { format: context.format?.startsWith('module') ? 'module' : 'commonjs', source, shortCircuit: true };
}

/** A package.json that says CommonJS (as `npm init` writes it) does not keep TypeScript authors from writing `import` and `export`. */
function moduleFormat(url: string, format: 'module' | 'commonjs', code: string): 'module' | 'commonjs' {
  if (/\.m[jt]s$/.test(url)) return 'module';
  if (format === 'module' || /\.c[jt]s$/.test(url)) return format;
  return isCommonJs(code) ? 'commonjs' : 'module';
}

/** As Node does where no package.json decides: what compiles as CommonJS is CommonJS. */
function isCommonJs(code: string): boolean {
  try {
    new Script(`(function (exports, require, module, __filename, __dirname) {${code}\n})`);
    return true;
  } catch {
    return false;
  }
}
