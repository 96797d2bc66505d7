import { expect, test } from 'vitest';
import { query } from '../../../../src/cli/output/query.ts';

const job = {
  name: 'a',
  steps: { score: { status: 'Completed' }, 'outer.inner': { status: 'Failed' } },
  list: [{ name: 'x' }, { name: 'y' }],
};

test.each([
  ['name', 'a'],
  ['steps.score.status', 'Completed'],
  ['steps."outer.inner".status', 'Failed'],
  ['list[0].name', 'x'],
  ['list[-1].name', 'y'],
  ['list[].name', ['x', 'y']],
  ['list[*].name', ['x', 'y']],
  ['nothing.here', null],
  ['list[9].name', null],
])('%s', (expression, expected) => {
  expect(query(job, expression)).toEqual(expected);
});

test('lists themselves can be asked', () => {
  expect(query(job.list, '[].name')).toEqual(['x', 'y']);
  expect(query(job.list, '[1].name')).toEqual('y');
});

test.each(['', 'a b', 'a | b', "[?name=='x']", 'a..b', 'length(@)'])('%j is refused', (expression) => {
  expect(() => query(job, expression)).toThrow(/--query takes/);
});
