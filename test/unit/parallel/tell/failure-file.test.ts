import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FailedAttempt } from '../../../../src/events/types.ts';
import { ErrorKinds } from '../../../../src/parallel/tell/error-kinds.ts';
import { FailureFile, readFailures } from '../../../../src/parallel/tell/failure-file.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const failure: fc.Arbitrary<FailedAttempt> = fc.record({
  miniBatch: fc.nat(50),
  attempt: fc.integer({ min: 1, max: 3 }),
  worker: fc.constantFrom('process000', 'node1/process001'),
  final: fc.boolean(),
  what: fc.string(),
  error: fc.record(
    {
      type: fc.constantFrom('ValueError', 'Timeout'),
      message: fc.string({ maxLength: 20 }),
      stack: fc.constantFrom('File "a.py", line 1, in run\n    x', 'File "a.py", line 2, in run\n    y\u2028'),
    },
    { requiredKeys: ['type', 'message'] },
  ),
});

const refuse = (error: Error) => {
  throw error;
};

test('what was told in earlier lives is told again: the same kinds, as often, whatever else stands in the file', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(failure, { maxLength: 12 }), { maxLength: 4 }),
      fc.constantFrom('', '{"mini', 'null\n'),
      async (lives, rubbish) => {
        const path = join(temporaryFolder(), 'failures.jsonl');
        for (const life of lives) {
          const kinds = new ErrorKinds();
          for (const known of readFailures(path)) kinds.add(known);
          const file = new FailureFile(path, refuse);
          for (const each of life) file.add(each, kinds.add(each)?.order);
          await file.settled();
          if (rubbish.endsWith('\n')) appendFileSync(path, rubbish);
        }
        appendFileSync(path, rubbish);
        const all = lives.flat();
        expect([...readFailures(path)].map(({ miniBatch, attempt, final, what }) => ({ miniBatch, attempt, final, what }))).toEqual(
          all.map(({ miniBatch, attempt, final, what }) => ({ miniBatch, attempt, final, what })),
        );
        const told = new ErrorKinds();
        for (const each of readFailures(path)) told.add(each);
        const expected = new ErrorKinds();
        for (const each of all) expected.add(each);
        expect(told.summary()).toEqual(expected.summary());
      },
    ),
    { numRuns: 60 },
  );
});

test('a stack is written once, however often it is met', async () => {
  const path = join(temporaryFolder(), 'failures.jsonl');
  const file = new FailureFile(path, refuse);
  const stack = `File "a.py", line 1, in run\n    ${'x'.repeat(5_000)}`;
  for (let miniBatch = 0; miniBatch < 1_000; miniBatch += 1)
    file.add({ miniBatch, attempt: 1, worker: 'w', final: true, what: 'a', error: { type: 'E', message: 'm', stack } }, 0);
  await file.settled();
  expect(readFileSync(path).length).toBeLessThan(200_000);
  expect([...readFailures(path)].at(-1)?.error.stack).toBe(stack);
});
