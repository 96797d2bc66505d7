import { expect, test } from 'vitest';
import { dot, mermaid, treeText } from '../../../src/cli/graph-text.ts';

const nodes = [
  { name: 'prepare', after: [], note: 'Completed' },
  { name: 'train', after: ['prepare'] },
  { name: 'score', after: ['prepare', 'train'], note: 'Running' },
  { name: 'report', after: [] },
];

test('a tree below what each step waits for last, the other edges by name', () => {
  expect(treeText(nodes).split('\n')).toEqual(['prepare      Completed', '└─ train', '   └─ score  Running  ← prepare', 'report']);
});

test('Mermaid, with names that are no identifiers', () => {
  expect(
    mermaid([
      { name: 'a.b', after: [], note: 'say "hi"' },
      { name: 'c', after: ['a.b'] },
    ]),
  ).toBe(['flowchart TD', '  s0["a.b<br/>say #quot;hi#quot;"]', '  s1["c"]', '  s0 --> s1'].join('\n'));
});

test('DOT', () => {
  expect(dot(nodes).split('\n')).toContain('  "prepare" -> "score";');
});
