import { expect, test } from 'vitest';
import type { JobSpec } from '../../../src/language/types.ts';
import { computeNotice } from '../../../src/pipeline/compute.ts';
import { buildGraph } from '../../../src/pipeline/graph/step-graph.ts';
import { commandStep, jobOf } from '../../support/specs.ts';

const notice = (spec: JobSpec, variables: Readonly<Record<string, string>> = {}) =>
  computeNotice(spec, [...buildGraph(spec).steps.values()], variables);

test('computes that are not here are named once; this machine needs no word', () => {
  expect(notice(jobOf({ a: commandStep('x') }))).toBeUndefined();
  expect(notice(jobOf({ a: commandStep('x', { compute: 'local' }) }, { compute: 'local' }))).toBeUndefined();
  const settings = { continueOnStepFailure: false, forceRerun: false, other: {}, defaultCompute: 'cpu' };
  const two = { a: commandStep('x', { compute: 'cpu' }), b: commandStep('x', { compute: 'gpu' }) };
  expect(notice(jobOf(two, { settings }))).toContain('The computes cpu, gpu are not configured here');
  const configured = { PARALLELRUN_COMPUTES: JSON.stringify({ cpu: { PARALLELRUN_ENVIRONMENT: 'system' } }) };
  expect(notice(jobOf(two, { settings }), configured)).toContain('The compute gpu is not configured here');
});
