import { expect, test } from 'vitest';
import { buildError } from '../../../../src/environments/venv/explain.ts';
import { recipeOf } from '../../../../src/environments/venv/recipe.ts';

const printed =
  'error: No solution found when resolving dependencies\n  cause: Because tensorflow==1.15.2 has no wheels with a matching Python ABI tag';
const recipe = recipeOf({ conda: { dependencies: ['python=3.7', { pip: ['tensorflow==1.15.2', 'six'] }] } }) ?? { wishes: [], leftOut: [] };

test('what cannot be had for another Python than was asked for says which one to install', () => {
  const { message } = buildError(recipe, { python: '/usr/bin/python3', version: '3.11' }, printed);
  expect(message).toMatch(/It speaks of:\n {2}tensorflow==1.15.2\n/);
  expect(message).toContain('It asks for python=3.7 and was tried with Python 3.11, the nearest on this machine.');
  expect(message).toContain('uv python install 3.7');
});

test('where the Python is as it was asked for, that is not what is wrong', () => {
  expect(buildError(recipe, { python: '/usr/bin/python3.7', version: '3.7.16' }, printed).message).not.toContain('python install');
});
