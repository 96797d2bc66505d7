import { expect, test } from 'vitest';
import { packagesAsOf } from '../../../src/environments/as-of.ts';

test('a day, or now', () => {
  expect(packagesAsOf({ PARALLELRUN_PACKAGES_AS_OF: '2023-06-30' })).toBe('2023-06-30');
  expect(packagesAsOf({ PARALLELRUN_PACKAGES_AS_OF: '' })).toBeUndefined();
  expect(packagesAsOf({})).toBeUndefined();
});

test.each(['2023-02-30', '2023', '30.6.2023', 'yesterday', '2023-06-30T00:00:00Z'])('%s is refused', (day) => {
  expect(() => packagesAsOf({ PARALLELRUN_PACKAGES_AS_OF: day })).toThrow(`PARALLELRUN_PACKAGES_AS_OF is "${day}"; expected a day`);
});
