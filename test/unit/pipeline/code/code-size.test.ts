import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeSizeWarning } from '../../../../src/pipeline/code/code-size.ts';
import { folderWith } from '../../../support/job-files.ts';

function folderOfFiles(count: number): string {
  const folder = folderWith({ 'a.py': 'a', 'few/x': '' });
  mkdirSync(join(folder, 'texts'));
  for (let index = 0; index < count; index += 1) writeFileSync(join(folder, 'texts', String(index)), '');
  return folder;
}

const code = (path: string) => ({ path, additionalIncludes: [] });

test('a folder of usual size, a single file, and no code at all are nothing to speak of', () => {
  const folder = folderOfFiles(1_998);
  expect(codeSizeWarning(code(folder), [])).toBeUndefined();
  expect(codeSizeWarning(code(join(folder, 'a.py')), [])).toBeUndefined();
  expect(codeSizeWarning(undefined, [])).toBeUndefined();
});

test('more than 2,000 files, or 100 MB, are told with the line that leaves out the most', () => {
  const folder = folderOfFiles(2_001);
  expect(codeSizeWarning(code(folder), [])).toMatch(/holds more than 2,000 files.*\.amlignore: \/texts\/$/);
  expect(codeSizeWarning(code(folder), [join(folder, 'texts')])).toBeUndefined();
  writeFileSync(join(folder, '.amlignore'), '/texts/\n');
  expect(codeSizeWarning(code(folder), [])).toBeUndefined();
  writeFileSync(join(folder, 'model.bin'), '');
  truncateSync(join(folder, 'model.bin'), 100_000_001);
  expect(codeSizeWarning(code(folder), [])).toMatch(/holds more than 100 MB.*: \/model\.bin$/);
});
