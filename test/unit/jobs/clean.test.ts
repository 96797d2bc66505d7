import { expect, test } from 'vitest';
import type { Status } from '../../../src/events/types.ts';
import { parseAge, toClean } from '../../../src/jobs/clean.ts';

const day = 86_400_000;
const now = Date.parse('2026-03-31T12:00:00Z');

function job(name: string, status: Status, daysAgo: number, source = 'a.yml') {
  const time = new Date(now - daysAgo * day).toISOString();
  return { name, status, created: time, ended: time, source };
}

const jobs = [
  job('running', 'Running', 90),
  job('waiting', 'NotStarted', 90),
  job('a1', 'Completed', 1),
  job('b1', 'Completed', 20, 'b.yml'),
  job('a2', 'Failed', 21),
  job('dead', 'NotResponding', 22),
  job('a3', 'Canceled', 23),
  job('b2', 'Completed', 40, 'b.yml'),
];

test.each([
  [{ keepLast: 0 }, ['a1', 'b1', 'a2', 'dead', 'a3', 'b2']],
  [{ keepLast: 1 }, ['a1', 'a2', 'dead', 'a3', 'b2']],
  [{ olderThan: 21 * day }, ['a2', 'dead', 'a3', 'b2']],
  [{ failed: true }, ['a2', 'dead', 'a3']],
  [{ failed: true, olderThan: 22 * day, keepLast: 5 }, ['a3']],
  [{ keepLast: 9 }, []],
])('%j', (rules, expected) => {
  expect(toClean(jobs, rules, now).map(({ name }) => name)).toEqual(expected);
});

test.each([
  ['14d', 14 * day],
  ['2w', 14 * day],
  ['12 hours', day / 2],
  ['90min', day / 16],
  ['0.5d', day / 2],
  ['14', undefined],
  ['-1d', undefined],
  ['d', undefined],
  ['5 months', undefined],
])('an age of %s', (text, expected) => {
  expect(parseAge(text)).toBe(expected);
});
