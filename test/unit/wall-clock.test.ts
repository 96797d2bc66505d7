/** The clock on the wall is set, by people, by daylight saving, by a laptop that wakes up: no duration and no deadline may follow it. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** Files that read it, and why. Everything else takes `monotonicNow` or a `Clock`'s `now`, `performance.now()`, or Python's `clock.monotonic`. */
const whoTellsTime: Readonly<Record<string, string>> = {
  'src/os/clock.ts': 'where the two clocks are told apart',
  'src/cli/asset/made-environments.ts': 'held against when environments were last used',
  'src/cli/clean/clean.ts': 'held against when jobs ended',
  'src/cli/graph/nodes.ts': 'how long ago something happened that an event tells, in the time of people',
  'src/cli/terminal/display.ts': 'the same',
  'src/data/stores/object/azure-credentials.ts': 'until when a token is good, which its maker tells in the time of people',
  'src/data/stores/object/gcs-credentials.ts': 'the same',
  'src/data/stores/object/retry.ts': 'what servers hold a signature against',
  'src/pipeline/reuse/reuse.ts': 'held against the times of files',
  'src/pipeline/reuse/tree.ts': 'the same',
  'src/pipeline/reuse/trees.ts': 'the same',
  'src/pipeline/steps/step.ts': 'the same',
  'src/store/store.ts': 'a name for what was damaged',
  'python/parallelrun_worker/attempts.py': 'when an attempt was started, for its line in the log',
  'python/parallelrun_worker/prefetch.py': 'the same',
  'python/parallelrun_worker/task_log.py': 'when `init()` printed, for its line in the log',
};

const reads = { ts: /\bDate\.now\b/, py: /\btime\(\)|\bdatetime\.now\(/ };

test('nothing that measures or waits reads the clock on the wall', () => {
  const files = globSync(['src/**/*.ts', 'python/parallelrun_worker/**/*.py'], { cwd: root });
  expect(files.length).toBeGreaterThan(200);
  const found = files.filter((file) => (file.endsWith('.ts') ? reads.ts : reads.py).test(readFileSync(join(root, file), 'utf8')));
  expect(found.sort()).toEqual(Object.keys(whoTellsTime).sort());
});
