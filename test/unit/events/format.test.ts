import { expect, test } from 'vitest';
import { formatAgo } from '../../../src/events/format.ts';

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
