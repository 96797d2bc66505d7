import { expect, test } from 'vitest';
import { spreadSets } from '../../../src/cli/set-values.ts';

test.each([
  ['run --set a=1 b.c=2 job.yml', 'run --set a=1 --set b.c=2 job.yml'],
  ['run job.yml --set a=1 b=x=y --limit 3', 'run job.yml --set a=1 --set b=x=y --limit 3'],
  ['run --set=a=1 b[0]=2 -f x=y.yml', 'run --set=a=1 --set b[0]=2 -f x=y.yml'],
  ['run a=1 --set nonsense b=2', 'run a=1 --set nonsense --set b=2'],
  ['run --set a=1 job.yml b=2', 'run --set a=1 job.yml b=2'],
  ['run --set a=1 -- b=2', 'run --set a=1 -- b=2'],
  ['run -- --set a=1 b=2', 'run -- --set a=1 b=2'],
])('%s', (given, wanted) => {
  expect(spreadSets(given.split(' ')).join(' ')).toBe(wanted);
});
