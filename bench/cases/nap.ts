import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { growTree } from '../data.ts';
import { runProcess } from '../measure.ts';
import { runJob } from '../prl.ts';
import type { BenchCase } from '../types.ts';

/** How much of the workers' time is theirs, when `run` takes 20 ms. */
export const nap: BenchCase = {
  name: 'nap',
  about: 'run() of 20 ms, 2 workers, 2,000 mini-batches; percent of the ideal 20 s, once started',
  repeat: 3,
  async prepare(bench) {
    const count = Math.round(2000 * bench.scale);
    const ideal = (count * 0.02) / 2;
    const path = growTree(join(bench.folder, 'files'), 0, count);
    return [
      {
        name: `${count} × 20 ms`,
        unit: '% of ideal',
        better: 'more',
        limit: 98,
        ours: async () => {
          let span = Number.POSITIVE_INFINITY;
          await runJob(
            bench,
            { script: 'nap.py', input: { type: 'uri_folder', path }, miniBatchSize: '1', appendRow: 'out.txt' },
            (output) => {
              const times = readFileSync(output, 'utf8')
                .trim()
                .split('\n')
                .map((line) => line.split(' ').map(Number));
              span = Math.max(...times.map(([, end = 0]) => end)) - Math.min(...times.map(([begin = 0]) => begin));
            },
          );
          return (100 * ideal) / span;
        },
        yardstick: {
          name: 'Pool(2).imap_unordered, the same sleep, without its start',
          measure: async () => {
            const pool = join(import.meta.dirname, '..', 'yardsticks', 'pool.py');
            const { stdout } = await runProcess(bench.python, [pool, String(count), '0.02']);
            return (100 * ideal) / Number(stdout);
          },
        },
      },
    ];
  },
};
