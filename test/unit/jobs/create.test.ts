import { expect, test } from 'vitest';
import { defaultExperiment } from '../../../src/jobs/create.ts';

test.each([
  ['/work/night shift', 'nightshift'],
  ['/work/scores.v2', 'scores'],
  ['/work/.hidden', 'hidden'],
  ['/work/größe', 'gr__e'],
  ['/', 'Default'],
  ['/work/__', 'Default'],
])('a job created in %s is filed under %s', (folder, name) => {
  expect(defaultExperiment(folder)).toBe(name);
});
