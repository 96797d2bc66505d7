/** Loads an entry script and finds its `init`, `run` and `shutdown`, however they are exported. */
import { basename } from 'node:path';
import type { ScriptError } from '../../events/types.ts';
import { asEdited, ownStack, scriptError } from './errors.ts';
import { importScript, readModules } from './modules.ts';

export interface EntryFunctions {
  readonly init?: () => unknown;
  readonly run: (miniBatch: unknown, context?: unknown) => unknown;
  readonly shutdown?: () => unknown;
}

export type LoadedEntry =
  | { readonly kind: 'loaded'; readonly functions: EntryFunctions }
  | { readonly kind: 'failed'; readonly error: ScriptError; readonly missingModule?: string };

export async function loadEntry(file: string): Promise<LoadedEntry> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await importScript(file);
  } catch (thrown) {
    const missingModule = missingPackage(thrown);
    if (missingModule === undefined) return { kind: 'failed', error: await loadError(thrown) };
    const [what] = asEdited(scriptError(thrown).message).split('\n');
    const message = `${what}. Install it in the project that the script belongs to: npm install ${missingModule}`;
    return { kind: 'failed', error: { type: 'MissingModule', message }, missingModule };
  }
  const run = exportedFunction(module, 'run');
  if (run === undefined) return { kind: 'failed', error: { type: 'MissingRun', message: withoutRun(file, module) } };
  const init = exportedFunction(module, 'init');
  const shutdown = exportedFunction(module, 'shutdown');
  return { kind: 'loaded', functions: { run, ...(init && { init }), ...(shutdown && { shutdown }) } };
}

/** A named export; or a property of the default export, which is what `module.exports = {…}` looks like too. */
function exportedFunction(module: Readonly<Record<string, unknown>>, name: string): ((...args: unknown[]) => unknown) | undefined {
  const named = module[name];
  if (isFunction(named)) return named;
  const home = module.default;
  if ((typeof home !== 'object' && typeof home !== 'function') || home === null) return undefined;
  const property: unknown = Reflect.get(home, name);
  return isFunction(property) ? (...args) => Reflect.apply(property, home, args) : undefined;
}

function isFunction(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function';
}

function withoutRun(file: string, module: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(module).filter((name) => name !== 'module.exports');
  const found = names.length === 0 ? 'it exports nothing' : `it exports ${names.join(', ')}`;
  const hint = 'run' in module ? '`run` must be a function.' : 'Write `export function run(miniBatch) { … }`.';
  return `${basename(file)} has no function \`run\`: ${found}. ${hint}`;
}

async function loadError(thrown: unknown): Promise<ScriptError> {
  const told = scriptError(thrown);
  // Node names the files of an import that failed.
  const error = { ...told, message: asEdited(told.message) };
  if (!(thrown instanceof SyntaxError)) return error;
  // Loaded for the mistake alone: it needs child processes, whose module costs more than the whole host.
  const { findSyntaxError, placeIn } = await import('./syntax-check.ts');
  const found = placeIn(ownStack(thrown.stack ?? '')) ?? findSyntaxError(readModules, thrown.message);
  if (found === undefined) return error;
  const place = asEdited(found.place);
  return {
    ...error,
    message: `${place}: ${error.message}`,
    stack: `${place}\n${found.excerpt}\nSyntaxError: ${error.message}`,
  };
}

/** The package of a failed import; undefined when something else failed, or when the script's own file is what is missing. */
function missingPackage(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  if (thrown.code !== 'ERR_MODULE_NOT_FOUND' && thrown.code !== 'MODULE_NOT_FOUND') return undefined;
  const specifier = /^Cannot find (?:package|module) '([^']+)'/.exec(thrown.message)?.[1];
  if (specifier === undefined || /^(?:\.|\/|file:)/.test(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
