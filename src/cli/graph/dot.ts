/** A graph in Graphviz' DOT language. Pure. */
import type { GraphNode } from './nodes.ts';
import { subgroups } from './nodes.ts';

const fills: Readonly<Partial<Record<GraphNode['status'], string>>> = {
  Completed: '#d7f2dc',
  Failed: '#fbdad7',
  NotResponding: '#fbdad7',
  Canceled: '#fdf0cf',
  Running: '#d6eaf8',
};

export function dot(nodes: readonly GraphNode[]): string {
  const inside = subgroups(nodes);
  const lines: string[] = ['digraph job {', '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="sans-serif"];'];
  const visit = (group: string, indent: string): void => {
    for (const node of nodes) if ((node.group ?? '') === group) lines.push(indent + nodeLine(node));
    for (const inner of inside.get(group) ?? []) {
      lines.push(`${indent}subgraph ${quote(`cluster_${inner}`)} {`, `${indent}  label=${quote(inner)};`);
      visit(inner, `${indent}  `);
      lines.push(`${indent}}`);
    }
  };
  visit('', '  ');
  for (const { name, after } of nodes) for (const source of after) lines.push(`  ${quote(source)} -> ${quote(name)};`);
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

function nodeLine({ name, type, status, notes }: GraphNode): string {
  const fill = fills[status];
  const label = quote([name, `${type}, ${status}`, ...notes].join('\n'));
  return `${quote(name)} [label=${label}${fill === undefined ? '' : `, fillcolor=${quote(fill)}`}];`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
