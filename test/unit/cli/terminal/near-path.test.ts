import { expect, test } from 'vitest';
import { nearPath, tailOf } from '../../../../src/cli/terminal/near-path.ts';

test('a path is told from here, or from the home of the user', () => {
  const near = (path: string) => nearPath(path, '/home/me/work', '/home/me');
  expect(near('/home/me/work/out/a.csv')).toBe('out/a.csv');
  expect(near('/home/me/work')).toBe('.');
  expect(near('/home/me/work2/a')).toBe('~/work2/a');
  expect(near('/home/me/work/..a')).toBe('..a');
  expect(near('/data/a')).toBe('/data/a');
});

test('what is too wide loses its beginning', () => {
  expect(tailOf('a/b/c.yml', 9)).toBe('a/b/c.yml');
  expect(tailOf('a/b/c.yml', 6)).toBe('…c.yml');
  expect(tailOf('日本語.yml', 7)).toBe('…語.yml');
});
