import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Other seeds, for longer: `npm run fuzz`. */
it('rubbish of all kinds, for a minute, is taken for what it is', { timeout: 600_000 }, () => {
  const main = join(import.meta.dirname, '..', '..', 'fuzz', 'main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--seed', '1', '--seconds', '60'], { encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(0);
});
