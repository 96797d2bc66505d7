import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dot } from '../../../../src/cli/graph/dot.ts';
import { drawGraph } from '../../../../src/cli/graph/drawing.ts';
import { mermaid } from '../../../../src/cli/graph/mermaid.ts';
import { type GraphNode, graphNodes } from '../../../../src/cli/graph/nodes.ts';
import { render } from '../../../../src/cli/terminal/text.ts';
import { fold, newJobState } from '../../../../src/events/fold.ts';
import type { EventBody, Status } from '../../../../src/events/types.ts';
import { buildGraph } from '../../../../src/pipeline/graph/step-graph.ts';
import { commandStep, jobOf } from '../../../support/specs.ts';

const node = (name: string, after: readonly string[] = [], more: Partial<GraphNode> = {}): GraphNode => ({
  name,
  type: 'command',
  after,
  status: 'NotStarted',
  notes: [],
  ...more,
});

const draw = (nodes: readonly GraphNode[]): string =>
  drawGraph(nodes)
    .map((line) => render(line, Number.POSITIVE_INFINITY, false).trimEnd())
    .join('\n');
const lanes = (nodes: readonly GraphNode[]): string[] =>
  draw(nodes)
    .split('\n')
    .map((line) => line.slice(0, line.search(/[a-z]/)).trimEnd());

const diamond = [
  node('prepare', [], { status: 'Completed', notes: ['1.2 s'] }),
  node('score', ['prepare'], { type: 'parallel', status: 'Running', notes: ['3/10 mini-batches'] }),
  node('train', ['prepare']),
  node('report', ['score', 'train']),
];

describe('a drawn graph', () => {
  test('of a diamond', () => {
    expect(draw(diamond)).toBe(
      [
        '●    prepare  Completed   command   1.2 s',
        '├─●  score    Running     parallel  3/10 mini-batches  ← prepare',
        '● │  train    NotStarted  command   ← prepare',
        '●─╯  report   NotStarted  command   ← score, train',
      ].join('\n'),
    );
  });

  test('of a chain is one straight line, of independent steps none', () => {
    expect(lanes([node('a'), node('b', ['a']), node('c', ['b'])])).toEqual(['●', '●', '●']);
    expect(lanes([node('a'), node('b'), node('c')])).toEqual(['●', '  ●', '●']);
  });

  test('leads past lines that are not met, and joins many', () => {
    expect(lanes([node('a'), node('b'), node('c'), node('d', ['a', 'c']), node('e', ['b', 'd'])])).toEqual([
      '●',
      '│ ●',
      '│ │ ●',
      '●─│─╯',
      '●─╯',
    ]);
  });

  test('has one row for each step, and every step is named with what it waits for', () => {
    const graphs = fc
      .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 14 })
      .map((sources) => sources.map((own, i) => node(`s${i}`, i === 0 ? [] : [...new Set(own.map((source) => `s${source % i}`))])));
    fc.assert(
      fc.property(graphs, (nodes) => {
        const rows = draw(nodes).split('\n');
        expect(rows).toHaveLength(nodes.length);
        for (const [i, { name, after }] of nodes.entries()) {
          expect(rows[i]?.split('●')).toHaveLength(2);
          expect(rows[i]).toContain(`  ${name} `);
          if (after.length > 0) expect(rows[i]).toContain(`← ${after.join(', ')}`);
        }
        // Every line that is open above a row is drawn in it: as many as steps above that some step from here on waits for.
        for (let i = 1; i < nodes.length; i++) {
          const open = nodes.slice(0, i).filter(({ name }) => nodes.slice(i).some(({ after }) => after.includes(name)));
          const marks = (lanes(nodes)[i] ?? '').replace(/[ ─]/g, '');
          expect(marks.length).toBeGreaterThanOrEqual(open.length);
        }
      }),
    );
  });
});

const nested = [
  node('outer.first', [], { group: 'outer', status: 'Completed' }),
  node('outer.deep.second', ['outer.first'], { group: 'outer.deep' }),
  node('say "hi"', ['outer.deep.second']),
];

test('mermaid has nested pipelines as subgraphs, states as classes, and escapes what it must', () => {
  expect(mermaid(nested)).toBe(
    [
      'flowchart TD',
      '  s2["say #34;hi#34;<br/>command, NotStarted"]',
      '  subgraph g_outer["outer"]',
      '    s0["outer.first<br/>command, Completed"]:::Completed',
      '    subgraph g_outer__deep["outer.deep"]',
      '      s1["outer.deep.second<br/>command, NotStarted"]',
      '    end',
      '  end',
      '  s0 --> s1',
      '  s1 --> s2',
      '  classDef Completed fill:#d7f2dc,stroke:#2e7d32',
      '',
    ].join('\n'),
  );
});

test('dot has nested pipelines as clusters and quotes names', () => {
  const text = dot(nested);
  expect(text).toContain(
    'subgraph "cluster_outer" {\n    label="outer";\n    "outer.first" [label="outer.first\\ncommand, Completed", fillcolor="#d7f2dc"];',
  );
  expect(text).toContain('    subgraph "cluster_outer.deep" {');
  expect(text).toContain('  "outer.deep.second" -> "say \\"hi\\"";');
});

test('steps of a job whose coordinator is gone do not seem to run', () => {
  const step = commandStep('true');
  const graph = buildGraph(jobOf({ a: step, b: step, c: step }));
  const events: EventBody[] = [
    { type: 'job_status', status: 'Running' },
    { type: 'step_status', step: 'a', status: 'Completed' },
    { type: 'step_status', step: 'b', status: 'Running' },
  ];
  const state = events.reduce((before, event, i) => fold(before, { n: i + 1, time: '2026-01-01T00:00:00Z', ...event }), newJobState);
  const statuses = (job: Status) => graphNodes(graph, { ...state, status: job }).map(({ status }) => status);
  expect(statuses('Running')).toEqual(['Completed', 'Running', 'NotStarted']);
  expect(statuses('NotResponding')).toEqual(['Completed', 'NotResponding', 'NotStarted']);
});
