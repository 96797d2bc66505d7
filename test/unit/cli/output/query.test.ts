import { expect, test } from 'vitest';
import { checkQuery, query } from '../../../../src/cli/output/query.ts';
import { RequestError } from '../../../../src/errors/types.ts';

const job = {
  name: 'a',
  steps: { score: { status: 'Completed' }, 'outer.inner': { status: 'Failed' } },
  list: [
    { name: 'x', done: 3 },
    { name: 'y', done: 5 },
  ],
  missing: undefined,
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
  // What `az` scripts use besides.
  ["list[?name=='y'].done | [0]", 5],
  ['list[?done > `3`].name', ['y']],
  ['{name: name, of: length(list)}', { name: 'a', of: 2 }],
  ['steps.*.status', ['Completed', 'Failed']],
  ['sort_by(list, &done)[-1].name', 'y'],
  ["steps.keys(@) | join(', ', @)", 'score, outer.inner'],
  ['list[::-1].name', ['y', 'x']],
  ['contains(name, `"a"`) && list[0].name', 'x'],
  // What JSON does not show is not there.
  ['keys(@)', ['name', 'steps', 'list']],
  ['missing', null],
  // Names that every object of JavaScript has.
  ['constructor', null],
  ['toString', null],
])('%s', async (expression, expected) => {
  await checkQuery(expression);
  expect(await query(job, expression)).toEqual(expected);
});

test('lists themselves can be asked', async () => {
  expect(await query(job.list, '[].name')).toEqual(['x', 'y']);
  expect(await query(job.list, '[1].name')).toEqual('y');
});

test.each([
  ['', 'an expression was expected'],
  ['  ', 'an expression was expected'],
  ['a b', 'at column 3, "b" was not expected'],
  ['a | ', 'it ends too early'],
  ['a..b', 'at column 3, "." was not expected'],
  ['list[?name==`x`]', 'at column 13, "x" is not JMESPath. Text stands between single quotes: \'x\'.'],
  ["list[?name=='x]", 'at column 13'],
  ['list[::0]', 'step cannot be 0'],
  ['foo(@)', 'Unknown function: foo()'],
])('%j is refused before anything is asked', async (expression, reason) => {
  const error = await checkQuery(expression).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(RequestError);
  expect(error.message).toContain(`--query ${JSON.stringify(expression)}: `);
  expect(error.message).toContain(reason);
  await expect(query(job, expression)).rejects.toThrow(RequestError);
});

test('a function can be wrong about the result alone', async () => {
  await checkQuery('length(list[0].done)');
  await expect(query(job, 'length(list[0].done)')).rejects.toThrow(RequestError);
  await expect(query(job, 'length(list[0].done)')).rejects.toThrow('Invalid argument type for function length()');
});
