import { expect, it } from 'vitest';
import { decidedEverywhere, variablesOn } from '../../../src/language/computes.ts';

const variables = {
  PARALLELRUN_ENVIRONMENT: 'venv',
  PARALLELRUN_COMPUTES: '{"gpu": {"PARALLELRUN_ENVIRONMENT": "container", "PARALLELRUN_CONTAINER_GPUS": "none"}}',
};

it('what is set for a compute holds on it alone, and not before what its user says for all', () => {
  expect(variablesOn('cpu', variables)).toEqual(variables);
  expect(variablesOn('toString', variables)).toEqual(variables);
  expect(variablesOn('gpu', variables)).toMatchObject({ PARALLELRUN_ENVIRONMENT: 'container', PARALLELRUN_CONTAINER_GPUS: 'none' });
  const decided = decidedEverywhere(variables, 'PARALLELRUN_ENVIRONMENT', 'system') as Record<string, string>;
  expect(variablesOn('gpu', decided)).toMatchObject({ PARALLELRUN_ENVIRONMENT: 'system', PARALLELRUN_CONTAINER_GPUS: 'none' });
  expect(variablesOn('gpu', {})).toEqual({});
  expect(() => variablesOn('gpu', { PARALLELRUN_COMPUTES: 'gpu' })).toThrow('PARALLELRUN_COMPUTES is "gpu", which is no JSON');
});
