/** YAML nodes become plain values, within bounds: aliases are copies, and copies of copies are how small files become huge. */
import { type Alias, type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { type Aliases, targetOf } from './aliases.ts';

/** A document that its aliases blow up to more values than this is refused. */
const MAX_VALUES = 1_000_000;
const MAX_DEPTH = 200;

export type Converted =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string; readonly offset: number };

class Refused extends Error {
  readonly code: string;
  readonly offset: number;
  constructor(code: string, message: string, node: Node | null) {
    super(message);
    this.code = code;
    this.offset = node?.range?.[0] ?? 0;
  }
}

export function convert(document: Document.Parsed, aliases: Aliases): Converted {
  try {
    return { kind: 'value', value: new Conversion(aliases).visit(document.contents, 0, document.contents) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { kind: 'problem', code: error.code, message: error.message, offset: error.offset };
  }
}

class Conversion {
  readonly #aliases: Aliases;
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(aliases: Aliases) {
    this.#aliases = aliases;
  }

  /** `from` is the node to blame: an alias rather than what it stands for. */
  visit(node: Node | null, depth: number, from: Node | null): unknown {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new Refused('alias-bomb', `The file's aliases expand to more than ${MAX_VALUES} values.`, from);
    if (depth > MAX_DEPTH) throw new Refused('yaml-too-deep', `The YAML is nested more than ${MAX_DEPTH} levels deep.`, from);
    if (node === null) return null;
    if (isAlias(node)) return this.visit(this.#target(node), depth + 1, node);
    if (isScalar(node)) return scalarValue(node.value, node.source);
    if (this.#open.has(node)) throw new Refused('alias-cycle', 'This alias stands inside its own anchor.', from);
    this.#open.add(node);
    let result: unknown = null;
    if (isSeq<Node>(node)) result = node.items.map((item) => this.visit(isPair(item) ? null : item, depth + 1, item));
    else if (isMap<Node, Node | null>(node)) result = Object.fromEntries(this.#entries(node, depth + 1));
    this.#open.delete(node);
    return result;
  }

  #entries(map: YAMLMap<Node, Node | null>, depth: number): Map<string, unknown> {
    const own = new Map<string, unknown>();
    const merged = new Map<string, unknown>();
    for (const pair of map.items) {
      const name = keyText(pair.key);
      if (name === undefined) throw new Refused('key-not-text', 'A key must be text, a number or a boolean.', pair.key);
      if (!isMergeKey(pair.key)) {
        own.set(name, this.visit(pair.value, depth, pair.value ?? pair.key));
        continue;
      }
      for (const other of mergedMaps(pair.value, this.#aliases)) {
        const value = this.visit(other, depth, pair.value);
        for (const [key, inner] of Object.entries(value ?? {})) if (!merged.has(key)) merged.set(key, inner);
      }
    }
    for (const [key, value] of merged) if (!own.has(key)) own.set(key, value);
    return own;
  }

  #target(alias: Alias): Node {
    const target = this.#aliases.get(alias);
    if (target === undefined) throw new Refused('unknown-alias', `There is no anchor &${alias.source} before this alias.`, alias);
    return target;
  }
}

/** The pair that gives a key its value: the map's own, else that of a map merged into it with `<<`. */
export function entryOf(map: YAMLMap, name: string, aliases: Aliases): Pair<Node, Node | null> | undefined {
  const pairs = (map as YAMLMap<Node, Node | null>).items;
  const own = pairs.find((pair) => keyText(pair.key) === name && !isMergeKey(pair.key));
  if (own !== undefined) return own;
  for (const pair of pairs) {
    if (!isMergeKey(pair.key)) continue;
    for (const merged of mergedMaps(pair.value, aliases)) {
      const found = entryOf(merged, name, aliases);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export function itemOf(node: Node | null, index: number): Node | undefined {
  const item = isSeq<Node>(node) ? node.items[index] : undefined;
  return item === undefined || isPair(item) ? undefined : item;
}

/** What `<<` takes: one map, or a list of maps; each may be an alias. */
function mergedMaps(node: Node | null, aliases: Aliases): YAMLMap<Node, Node | null>[] {
  const target = targetOf(node, aliases);
  const candidates = isSeq<Node>(target) ? target.items.map((item) => targetOf(item, aliases)) : [target];
  return candidates.filter((candidate): candidate is YAMLMap<Node, Node | null> => isMap(candidate));
}

function isMergeKey(key: Node): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}

function keyText(key: Node): string | undefined {
  if (!isScalar(key)) return undefined;
  return key.source ?? String(key.value);
}

/** Dates and other types beyond JSON stay the text they were written as; so do integers that a number cannot hold. */
function scalarValue(value: unknown, source: string | undefined): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && (Number.isSafeInteger(value) || (Number.isFinite(value) && !/^[-+]?\d+$/.test(source ?? ''))))
    return value;
  return source ?? String(value);
}
