import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pandasPython } from './support.ts';

test.skipIf(pandasPython === undefined)('data frames are written as pandas writes them, to the byte, whichever way is taken', () => {
  const check = join(import.meta.dirname, 'frame_csv_check.py');
  const package_ = join(import.meta.dirname, '..', '..', '..', '..', 'python');
  const seed = String(Date.now() % 1_000_000);
  const quick = Number(execFileSync(pandasPython ?? '', [check, package_, seed], { encoding: 'utf8' }));
  expect(quick, `seed ${seed}`).toBeGreaterThan(100);
});
