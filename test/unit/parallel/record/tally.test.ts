import { expect, test } from 'vitest';
import { Tally } from '../../../../src/parallel/record/tally.ts';

test.each([
  ['have failed where failed items are counted', true, { total: 30, done: 27, failed: 3 }],
  ['have not failed where nobody counts them', false, { total: 30, done: 30, failed: 0 }],
])('items for which nothing came back %s', (_, missingFail, items) => {
  const tally = new Tally(missingFail);
  const short = { attempt: 1, items: 10, returned: 7 };
  tally.done(short);
  tally.done({ attempt: 1, items: 10, returned: 10 });
  tally.done({ attempt: 1, items: 10, returned: 12 });
  expect(tally).toMatchObject({ items, returned: 29, shortReturns: 1 });
  tally.lost(short);
  expect(tally).toMatchObject({ items: { total: 20, done: 20, failed: 0 }, returned: 22, shortReturns: 0 });
});
