/** `--set a.b.c=value`: values put over a file before it is judged. */
import { RequestError } from '../errors/types.ts';
import { isRecord } from './check.ts';
import type { KeyPath, Source } from './findings.ts';

/** Applies overrides in order, to a copy. Throws a RequestError that names the override that cannot be applied. */
export function applyOverrides(value: unknown, overrides: readonly string[]): unknown {
  if (overrides.length === 0) return value;
  let result: unknown = structuredClone(value);
  for (const text of overrides) {
    const equals = text.indexOf('=');
    const keys = keysOf(text);
    if (equals < 1 || keys.some((key) => key === '')) {
      throw new RequestError({
        code: 'invalid-override',
        message: `--set ${text}: expected PATH=VALUE, for example jobs.score.mini_batch_size=100.`,
      });
    }
    result = put(result, keys, parseValue(text.slice(equals + 1), text), text);
  }
  return result;
}

function keysOf(override: string): readonly string[] {
  const path = override.slice(0, override.indexOf('=')).trim();
  return path.split('.').flatMap((key) => key.replace(/\[(\d+)\]/g, '\n$1').split('\n'));
}

/** The source of a file with overrides: of what they put over it, it knows which of them did, and has no text of its own. */
export function overriddenSource(source: Source, overrides: readonly string[]): Source {
  if (overrides.length === 0) return source;
  const byKeys = overrides.map((text) => ({ keys: keysOf(text), name: text.slice(0, text.indexOf('=')).trim() })).reverse();
  const override = (path: KeyPath): string | undefined =>
    byKeys.find(({ keys }) => keys.every((key, i) => path.length > i && String(path[i]) === key))?.name;
  return {
    ...(source.file !== undefined && { file: source.file }),
    baseDirectory: source.baseDirectory,
    locate: (path, onKey) => source.locate(path, onKey),
    written: (path) => (override(path) === undefined ? source.written(path) : undefined),
    override,
  };
}

function put(target: unknown, keys: readonly string[], value: unknown, text: string): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(target) && /^\d+$/.test(key)) {
    const copy: unknown[] = [...target];
    copy[Number(key)] = put(copy[Number(key)], rest, value, text);
    return copy;
  }
  if (target !== null && target !== undefined && !isRecord(target)) {
    throw new RequestError({
      code: 'invalid-override',
      message: `--set ${text}: ${JSON.stringify(key)} cannot be set, because what holds it is ${JSON.stringify(target)} and not a mapping.`,
    });
  }
  return { ...target, [key]: put(isRecord(target) && Object.hasOwn(target, key) ? target[key] : undefined, rest, value, text) };
}

/** Text, except what is written as a JSON list or mapping. Numbers and booleans stay text; settings and ports take them as such. */
function parseValue(value: string, text: string): unknown {
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new RequestError({
      code: 'invalid-override',
      message: `--set ${text}: the value looks like JSON and is not; quote its names and texts.`,
    });
  }
}
