import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { claimPlaces, releasePlaces } from '../../../src/store/claims.ts';
import { temporaryFolder } from '../../support/folder.ts';

let folder: string;
beforeEach(() => {
  vi.unstubAllEnvs();
  folder = temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
});

afterAll(() => vi.unstubAllEnvs());

const file = () => join(folder, readdirSync(folder)[0] ?? '', 'claims.db');

test('a place is one running job’s at a time, whatever home it is in, until it gives it up', () => {
  const [one, other] = [
    { home: '/one', name: 'job' },
    { home: '/other', name: 'job' },
  ];
  claimPlaces(['/out/a', '/out/b'], one);
  claimPlaces(['/out/b'], one);
  expect(() => claimPlaces(['/out/c', '/out/b'], other)).toThrow('The job job (in the home /one) is running and writes to /out/b');
  // Nothing of what was refused is claimed.
  claimPlaces(['/out/c'], one);
  releasePlaces(one);
  claimPlaces(['/out/c', '/out/b'], other);
});

test.each(['', 'rubbish '.repeat(2_000)])('a file that is damaged keeps nobody from running (%#)', (content) => {
  claimPlaces(['/out/a'], { home: '/one', name: 'job' });
  expect(existsSync(file())).toBe(true);
  writeFileSync(file(), content);
  claimPlaces(['/out/a'], { home: '/other', name: 'job' });
  expect(() => claimPlaces(['/out/a'], { home: '/one', name: 'job' })).toThrow('in the home /other');
});
