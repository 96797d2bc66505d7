/** A graph as Mermaid text. Pure. */
import type { GraphNode } from './nodes.ts';
import { subgroups } from './nodes.ts';

const colours = {
  Completed: 'fill:#d7f2dc,stroke:#2e7d32',
  Failed: 'fill:#fbdad7,stroke:#c62828',
  Canceled: 'fill:#fdf0cf,stroke:#b28704',
  NotResponding: 'fill:#fbdad7,stroke:#c62828',
  Running: 'fill:#d6eaf8,stroke:#1565c0',
} as const;

export function mermaid(nodes: readonly GraphNode[]): string {
  const ids = new Map(nodes.map(({ name }, i) => [name, `s${i}`]));
  const inside = subgroups(nodes);
  const lines: string[] = ['flowchart TD'];
  const visit = (group: string, indent: string): void => {
    for (const node of nodes) if ((node.group ?? '') === group) lines.push(indent + nodeLine(node, ids.get(node.name) ?? ''));
    for (const inner of inside.get(group) ?? []) {
      lines.push(`${indent}subgraph g_${inner.replaceAll('.', '__')}["${entities(inner)}"]`);
      visit(inner, `${indent}  `);
      lines.push(`${indent}end`);
    }
  };
  visit('', '  ');
  for (const { name, after } of nodes) for (const source of after) lines.push(`  ${ids.get(source)} --> ${ids.get(name)}`);
  const used = new Set<string>(nodes.map(({ status }) => status));
  for (const [status, colour] of Object.entries(colours)) if (used.has(status)) lines.push(`  classDef ${status} ${colour}`);
  return `${lines.join('\n')}\n`;
}

function nodeLine({ name, type, status, notes }: GraphNode, id: string): string {
  const text = [name, `${type}, ${status}`, ...notes].map(entities).join('<br/>');
  return `${id}["${text}"]${status in colours ? `:::${status}` : ''}`;
}

/** Mermaid has entity codes and no other escapes. */
function entities(text: string): string {
  return text.replace(/[&<>"#]/g, (character) => `#${character.charCodeAt(0)};`).replaceAll('\n', ' ');
}
