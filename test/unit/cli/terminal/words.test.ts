import { expect, test } from 'vitest';
import { remainingOf } from '../../../../src/cli/terminal/words.ts';

test.each([
  [0.2, 0.8, 'less than 1 s left'],
  [0.4, 1.7, 'up to 2 s left'],
  [3, 3, 'about 3 s left'],
  [7.2, 12.1, '7–13 s left'],
  [81, 99, '80–100 s left'],
  [181, 239, '3–4 min left'],
  [1, 400, 'up to 6.7 min left'],
  [5400, 7200, '1.5–2 h left'],
])('%s to %s seconds', (low, high, words) => {
  expect(remainingOf({ low, high })).toBe(words);
});
