import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { pandasPython } from '../support/pythons.ts';
import { patience, runs, seed } from './effort.ts';

const script = join(import.meta.dirname, 'frames.py');

test.skipIf(pandasPython === undefined).each([[], ['without-pyarrow']])(
  'rows of data frames are what pandas writes, to the byte %j',
  async (...how) => {
    const { stdout } = await promisify(execFile)(pandasPython ?? '', [script, String(seed), String(runs(400)), ...how]);
    expect(stdout).toMatch(/^\d+ tables/);
  },
  patience,
);
