/** A YAML file becomes a plain value and the positions of everything in it. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isScalar, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { messageOf } from '../../errors/thrown.ts';
import { type Problem, RequestError } from '../../errors/types.ts';
import type { KeyPath, Source } from '../findings.ts';
import { type Aliases, aliasesOf, targetOf } from './aliases.ts';
import { decode } from './decode.ts';
import { convert, entryOf, itemOf } from './nodes.ts';
import { YAML_OPTIONS } from './yaml-options.ts';

export interface YamlFile {
  readonly source: Source;
  readonly value: unknown;
}

/** Reads a file. Throws a RequestError when it is missing, unreadable, binary, or no YAML. */
export function readYaml(file: string): YamlFile {
  const absolute = resolve(file);
  let bytes: Uint8Array;
  try {
    // Before it is read: a file of gigabytes would fill the memory first.
    const stat = statSync(absolute);
    if (stat.size > MAX_BYTES) throw new RequestError(tooLarge(file, stat.size));
    if (stat.isCharacterDevice() || stat.isBlockDevice())
      throw new RequestError({ code: 'not-a-file', message: 'This is a device; expected a YAML file.', file });
    bytes = readFileSync(absolute);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw new RequestError(unreadable(file, error));
  }
  if (bytes.length > MAX_BYTES) throw new RequestError(tooLarge(file, bytes.length));
  const decoded = decode(bytes);
  if (decoded.kind === 'problem') throw new RequestError({ ...decoded.problem, file });
  return parseYaml(decoded.text, file);
}

/** `file` is what messages call it; relative paths in it are relative to its folder. */
export function parseYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const fail = (code: string, message: string, at: { line: number; column: number }, hint?: string): Problem => ({
    code,
    message,
    file,
    ...at,
    ...(hint !== undefined && { hint }),
  });
  const tooDeep = (at: { line: number; column: number }): RequestError =>
    new RequestError(fail('yaml-too-deep', 'The YAML is nested too deeply to be read.', at));
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, ...YAML_OPTIONS });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooDeep({ line: 1, column: 1 });
  }
  const faults = [...document.errors, ...document.warnings];
  const overflow = faults.find((fault) => fault.message.includes('call stack'));
  if (overflow !== undefined) throw tooDeep(place(overflow.pos[0]));
  if (faults.length > 0) {
    throw new RequestError(
      faults.slice(0, 8).map((fault) => {
        const at = place(fault.pos[0]);
        if (fault.code === 'DUPLICATE_KEY') {
          const key = /^(?:"[^"\n]*"|'[^'\n]*'|[^:\n]*)/.exec(text.slice(fault.pos[0]))?.[0] ?? '';
          return fail('duplicate-key', `The key ${key.trim()} stands twice in the same mapping.`, at, 'Keep one of the two.');
        }
        if (fault.code === 'MULTIPLE_DOCS')
          return fail('yaml-syntax', 'The file holds more than one YAML document (a line "---"); expected one.', at);
        return fail('yaml-syntax', sentence(fault.message), at);
      }),
    );
  }
  const aliases = aliasesOf(document);
  const converted = convert(document, aliases);
  if (converted.kind === 'problem') throw new RequestError(fail(converted.code, converted.message, place(converted.offset)));
  return { source: yamlSource(document, aliases, resolve(file), file, place), value: converted.value };
}

function yamlSource(
  document: Document.Parsed,
  aliases: Aliases,
  absolute: string,
  file: string,
  place: (offset: number) => { line: number; column: number },
): Source {
  const walk = (path: KeyPath): { node: Node | null; key: Node | undefined; complete: boolean } => {
    let node: Node | null = document.contents;
    let key: Node | undefined;
    for (const step of path) {
      const target: Node | null = targetOf(node, aliases);
      const pair: Pair<Node, Node | null> | undefined = isMap(target) ? entryOf(target, String(step), aliases) : undefined;
      const item: Node | undefined = pair === undefined && typeof step === 'number' ? itemOf(target, step) : undefined;
      if (pair === undefined && item === undefined) return { node, key, complete: false };
      node = pair === undefined ? (item ?? null) : pair.value;
      key = pair?.key;
    }
    return { node, key, complete: true };
  };
  return {
    file,
    baseDirectory: dirname(absolute),
    locate: (path, onKey = false) => {
      const { node, key, complete } = walk(path);
      const ownPlace = complete && !onKey && isScalar(node) && node.value !== null;
      const at = ownPlace ? node : (key ?? node);
      return place(at?.range?.[0] ?? 0);
    },
    written: (path) => {
      const { node, complete } = walk(path);
      const target = targetOf(node, aliases);
      return complete && isScalar(target) && target.type === 'PLAIN' ? target.source : undefined;
    },
  };
}

/** A job file of ten thousand steps has about 5 MB. */
export const MAX_BYTES = 32 * 1024 * 1024;

function tooLarge(file: string, size: number): Problem {
  return { code: 'file-too-large', message: `The file has ${size} bytes; a YAML file may have at most ${MAX_BYTES}.`, file };
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

function unreadable(file: string, error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return { code: 'missing-file', message: 'The file does not exist.', file };
  if (code === 'EISDIR') return { code: 'not-a-file', message: 'This is a folder; expected a YAML file.', file };
  if (code === 'EACCES' || code === 'EPERM')
    return { code: 'unreadable-file', message: 'The file cannot be read: permission denied.', file };
  return { code: 'unreadable-file', message: `The file cannot be read: ${messageOf(error)}.`, file };
}
