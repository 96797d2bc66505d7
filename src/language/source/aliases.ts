/** What the aliases of a document stand for, found in one pass: the library would search the document anew for each. */
import { type Alias, type Document, isAlias, isNode, type Node, visit } from 'yaml';

export type Aliases = ReadonlyMap<Alias, Node>;

export function aliasesOf(document: Document.Parsed): Aliases {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** The node itself, or what it is an alias of. */
export function targetOf(node: Node | null, aliases: Aliases): Node | null {
  return isAlias(node) ? (aliases.get(node) ?? null) : node;
}
