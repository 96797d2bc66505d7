import { expect, test } from 'vitest';
import { curatedEnvironment } from '../../../src/environments/curated.ts';
import { recipeOf } from '../../../src/environments/venv/recipe.ts';

const lines = (reference: string) => recipeOf(curatedEnvironment(reference))?.wishes.map(({ line }) => line);
const python = (reference: string) => recipeOf(curatedEnvironment(reference))?.python?.from.text;

test('a curated name has the packages of its time, on a Python that has files for them', () => {
  const reference = 'azureml://registries/azureml/environments/sklearn-1.5/labels/latest';
  expect(lines(reference)).toContain('scikit-learn~=1.5.0');
  expect(lines(reference)).toContain("pandas~=1.5.3; python_version < '3.12'");
  expect(python(reference)).toBe('python>=3.9,<3.12');
  expect(lines('azureml:AzureML-sklearn-1.0-ubuntu20.04-py38-cpu:1')).toContain('scikit-learn~=1.0.0');
  expect(python('azureml:AzureML-sklearn-1.0-ubuntu20.04-py38-cpu:1')).toBe('python=3.8');
  expect(lines('azureml:AzureML-tensorflow-2.16-cuda12@latest')).toContain('tensorflow==2.16.*');
});

test('a name that is not in the table is none of them', () => {
  expect(curatedEnvironment('azureml:my-own:3')).toBeUndefined();
  expect(curatedEnvironment(undefined)).toBeUndefined();
});
