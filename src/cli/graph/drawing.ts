/**
 * A graph drawn with lines: one row for each step, in running order; a line leads from a step down to those that wait for it.
 *
 *     ●    prepare  Completed   command   1.2 s
 *     ├─●  score    Running     parallel  3/10 mini-batches  ← prepare
 *     ● │  train    NotStarted  command   ← prepare
 *     ●─╯  report   NotStarted  command   ← score, train
 */
import { type Line, padEnd, span, widthOf } from '../terminal/text.ts';
import { statusSpan } from '../terminal/words.ts';
import type { GraphNode } from './nodes.ts';

export function drawGraph(nodes: readonly GraphNode[]): readonly Line[] {
  const lanes = laneRows(nodes);
  const laneWidth = Math.max(0, ...lanes.map((row) => row.length));
  const widest = (pick: (node: GraphNode) => string) => Math.max(0, ...nodes.map((node) => widthOf(pick(node))));
  const names = widest(({ name }) => name);
  const statuses = widest(({ status }) => status);
  const types = widest(({ type }) => type);
  return nodes.map((node, i) => {
    const status = statusSpan(node.status);
    return [
      span(padEnd(lanes[i] ?? '', laneWidth), 'faint'),
      span(`  ${padEnd(node.name, names)}`, 'strong'),
      span('  '),
      status,
      span(
        `${padEnd('', statuses - widthOf(status.text))}  ${node.after.length + node.notes.length === 0 ? node.type : padEnd(node.type, types)}`,
      ),
      span(node.notes.map((note) => `  ${note}`).join('')),
      span(node.after.length === 0 ? '' : `  ← ${node.after.join(', ')}`, 'faint'),
    ];
  });
}

/** The step whose line runs down a column, and how many have still to be reached. */
interface Lane {
  readonly source: string;
  readonly left: number;
}

interface Column {
  readonly lane: Lane | undefined;
  /** The row in which its last line ended: the row below stays empty, so that what ends is not taken for what begins. */
  readonly endedAt: number;
}

function laneRows(nodes: readonly GraphNode[]): readonly string[] {
  const waiting = new Map<string, number>();
  for (const { after } of nodes) for (const source of after) waiting.set(source, (waiting.get(source) ?? 0) + 1);
  let columns: readonly Column[] = [];
  return nodes.map((node, row) => {
    const fed = columns.map(({ lane }) => lane !== undefined && node.after.includes(lane.source));
    const ends = columns.map(({ lane }, i) => fed[i] === true && lane?.left === 1);
    const at = place(columns, ends, fed, row);
    const text = drawRow(columns, fed, ends, at);
    const left = waiting.get(node.name) ?? 0;
    const next = [...columns];
    for (const [i, column] of columns.entries()) {
      if (fed[i] !== true || column.lane === undefined) continue;
      const { source, left } = column.lane;
      next[i] = ends[i] === true ? { lane: undefined, endedAt: row } : { ...column, lane: { source, left: left - 1 } };
    }
    next[at] = { lane: left === 0 ? undefined : { source: node.name, left }, endedAt: row };
    columns = next;
    return text;
  });
}

/** Straight below a line that ends here, else in a free column. */
function place(columns: readonly Column[], ends: readonly boolean[], fed: readonly boolean[], row: number): number {
  const below = ends.indexOf(true);
  if (below !== -1) return below;
  const leftmost = fed.indexOf(true);
  const free = columns.findIndex(({ lane, endedAt }, i) => i > leftmost && lane === undefined && endedAt < row - 1);
  return free === -1 ? columns.length : free;
}

function drawRow(columns: readonly Column[], fed: readonly boolean[], ends: readonly boolean[], at: number): string {
  const feeding = [...fed.keys()].filter((i) => fed[i] === true);
  const first = Math.min(at, ...feeding);
  const last = Math.max(at, ...feeding);
  let text = '';
  for (let i = 0; i < Math.max(columns.length, at + 1); i++) {
    text += i === at ? '●' : glyph(columns[i]?.lane !== undefined, fed[i] === true, ends[i] === true, i, { first, last, at });
    text += i >= first && i < last ? '─' : ' ';
  }
  return text.trimEnd();
}

function glyph(
  active: boolean,
  fed: boolean,
  ends: boolean,
  i: number,
  { first, last, at }: { readonly first: number; readonly last: number; readonly at: number },
): string {
  const crossed = i > first && i < last;
  if (fed && i < at) return ends ? (crossed ? '┴' : '╰') : crossed ? '┼' : '├';
  if (fed) return ends ? (crossed ? '┴' : '╯') : crossed ? '┼' : '┤';
  if (active) return '│';
  return crossed ? '─' : ' ';
}
