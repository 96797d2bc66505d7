import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ParallelStep } from '../../../../src/language/types.ts';
import type { ParallelResult } from '../../../../src/parallel/types.ts';
import { tellParent } from '../../../../src/pipeline/steps/parent-record.ts';
import { jobLayout } from '../../../../src/store/layout.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const miniBatches = { total: 3, planned: true, done: 2, failed: 1, retries: 4 };
const items = { total: 30, done: 20, failed: 10 };
const result: ParallelResult = { kind: 'completed', summary: { miniBatches, items, shortReturns: 0, slowest: [], errors: [] } };

function step(metricsNamePrefix: string): ParallelStep {
  return { settings: { predefined: { copyLogsToParent: false, pushMetricsToParent: true, metricsNamePrefix } } } as ParallelStep;
}

test('figures of each step are added to those of the others', () => {
  const layout = jobLayout(temporaryFolder(), 'j');
  tellParent('a', step('a_'), layout, result);
  tellParent('b', step('b_'), layout, result);
  const metrics = JSON.parse(readFileSync(layout.metrics, 'utf8')) as Record<string, number>;
  expect(metrics).toMatchObject({ a_mini_batches_done: 2, a_items_failed: 10, b_mini_batches_retries: 4 });
});

test.each([
  ['no JSON', (file: string) => writeFileSync(file, '{')],
  ['no file', (file: string) => mkdirSync(file)],
])('figures that are there and are %s are not overwritten', (_, spoil) => {
  const layout = jobLayout(temporaryFolder(), 'j');
  mkdirSync(join(layout.metrics, '..'), { recursive: true });
  spoil(layout.metrics);
  expect(() => tellParent('a', step(''), layout, result)).toThrow(/metrics\.json: The job's metrics cannot be added to/);
});
