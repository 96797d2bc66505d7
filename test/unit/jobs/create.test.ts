import { expect, test } from 'vitest';
import { defaultExperiment } from '../../../src/jobs/create.ts';

test.each([
  ['/home/ada/night shift', 'nightshift'],
  ['/home/ada/scores.v2', 'scores'],
  ['/home/ada/.hidden', 'hidden'],
  ['/home/ada/größe', 'gr__e'],
  ['/', 'Default'],
  ['/home/ada/__', 'Default'],
])('a job created in %s is filed under %s', (folder, name) => {
  expect(defaultExperiment(folder)).toBe(name);
});
