import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Other seeds, more faults: `npm run chaos`. */
it('ten jobs of random shape end as undisturbed ones would, whatever happens to them', { timeout: 600_000 }, () => {
  const main = join(import.meta.dirname, '..', '..', 'chaos', 'main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--seed', '1', '--cases', '10', '--faults', '5'], {
    encoding: 'utf8',
  });
  expect(status, stdout + stderr).toBe(0);
});
