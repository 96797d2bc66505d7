import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A temporary folder, removed when the test has finished. Call it inside a test. */
export function temporaryFolder(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'prl-test-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return directory;
}
