import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import type { Step } from '../../../../src/language/types.ts';
import { buildGraph } from '../../../../src/pipeline/graph/step-graph.ts';
import { slotsOf } from '../../../../src/pipeline/steps/step.ts';
import { commandStep, jobOf, parallelStep } from '../../../support/specs.ts';

function slots(step: Step, inherited: Readonly<Record<string, string>>): number {
  const node = buildGraph(jobOf({ step })).steps.get('step');
  if (node === undefined) throw new Error('no step');
  return slotsOf(node, inherited);
}

const noGpus = { CUDA_VISIBLE_DEVICES: '' };

test('a parallel step takes a slot for each of its workers: one for each GPU, else one for each processor', () => {
  expect(slots(parallelStep({}), noGpus)).toBe(availableParallelism());
  expect(slots(parallelStep({}), { CUDA_VISIBLE_DEVICES: '0,1,2,3,4,5,6' })).toBe(7);
  const oversubscribed = { PARALLELRUN_OVERSUBSCRIBE: '1' };
  expect(slots(parallelStep({ resources: { instanceCount: 2 } }), { CUDA_VISIBLE_DEVICES: '0,1,2', ...oversubscribed })).toBe(6);
  expect(slots(parallelStep({}, { maxConcurrencyPerInstance: 9 }), { CUDA_VISIBLE_DEVICES: '0', ...oversubscribed })).toBe(9);
});

test('a command takes one for each of its processes', () => {
  expect(slots(commandStep('true'), noGpus)).toBe(1);
  expect(slots(commandStep('true', { distribution: { type: 'pytorch', processCountPerInstance: 3 } }), noGpus)).toBe(3);
});
