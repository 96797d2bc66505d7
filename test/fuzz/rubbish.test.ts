/** What is nearly right, by the thousand: it is taken for what it is, or refused in words. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { patience, runs, seed } from './effort.ts';
import { fileNames } from './file-names.ts';
import { jobYaml } from './job-yaml.ts';
import { mltable } from './mltable.ts';
import { stateFiles } from './state-files.ts';
import { workerReports } from './worker-reports.ts';

test.each([
  [jobYaml, 600],
  [mltable, 2_000],
  [workerReports, 5_000],
  [fileNames, 4],
  [stateFiles, 10],
])(
  '$name',
  async (target, usual) => {
    const root = mkdtempSync(join(tmpdir(), 'prl-fuzz-'));
    // The same for each try: state files hold absolute paths.
    const directory = join(root, 'try');
    try {
      for (let tried = 0; tried < runs(usual); tried += 1) {
        mkdirSync(directory);
        await target.try(seed + tried, directory).catch((cause: unknown) => {
          throw new Error(`FUZZ_SEED=${seed + tried} FUZZ_RUNS=1 npm run fuzz -- -t ${target.name}`, { cause });
        });
        rmSync(directory, { recursive: true });
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
  3 * patience,
);
