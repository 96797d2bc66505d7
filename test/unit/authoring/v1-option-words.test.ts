import { expect, it } from 'vitest';
import { inOptionWords } from '../../../src/authoring/v1/run/option-words.ts';
import { thresholdPassed } from '../../../src/parallel/tell/report.ts';

it.each([
  ['error_threshold', 'errorThreshold'],
  ['mini_batch_error_threshold', 'allowedFailedCount'],
  ['allowed_failed_percent', 'allowedFailedPercent'],
] as const)('a step that %s ended says so of %s', (setting, option) => {
  const verdict = { kind: 'exceeded', setting, limit: 1, count: 2, unit: 'failed' } as const;
  const said = thresholdPassed(verdict, { commonest: () => [] } as unknown as Parameters<typeof thresholdPassed>[1]);
  expect(inOptionWords(`score: ${said}`)).toBe(`score: ${said}`.replace(setting, option));
  expect(inOptionWords(`KeyError: '${setting}'`)).toBe(`KeyError: '${setting}'`);
});
