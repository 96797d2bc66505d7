import { expect, test } from 'vitest';
import { formatAgo, formatBytes } from '../../../src/events/format.ts';

test('how long ago', () => {
  const now = Date.parse('2026-03-31T12:00:00Z');
  const ago = (seconds: number) => formatAgo(new Date(now - seconds * 1000).toISOString(), now);
  expect([-9, 4, 5, 59, 60, 3599, 3600, 172_799, 172_800, 27 * 86_400].map(ago)).toEqual([
    'just now',
    'just now',
    '5 s ago',
    '59 s ago',
    '1 min ago',
    '59 min ago',
    '1 h ago',
    '47 h ago',
    '2 d ago',
    '27 d ago',
  ]);
  expect(ago(28 * 86_400)).toBe('2026-03-03');
});

test('sizes', () => {
  expect([0, 1, 999, 1000, 9_949, 9_950, 117_600_000, 999_999, 2 ** 50].map(formatBytes)).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1.0 kB',
    '9.9 kB',
    '10 kB',
    '118 MB',
    '1,000 kB',
    '1,126 TB',
  ]);
});
