import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { growTree } from '../data.ts';
import { runProcess } from '../measure.ts';
import { runJob } from '../prl.ts';
import type { BenchCase } from '../types.ts';

/**
 * For what part of the time the workers are inside `run`, when it takes 20 ms. The ideal is all of it; how long a sleep of
 * 20 ms really is on a busy machine is not what is measured.
 */
export const nap: BenchCase = {
  name: 'nap',
  about: 'run() of 20 ms, 2 workers, 2,000 mini-batches; percent of the time, once started, that workers are inside it',
  repeat: 3,
  async prepare(bench) {
    const count = Math.round(2000 * bench.scale);
    const path = growTree(join(bench.folder, 'files'), 0, count);
    return [
      {
        name: `${count} × 20 ms`,
        unit: '% inside run()',
        better: 'more',
        limit: 98,
        ours: async () => {
          let percent = 0;
          await runJob(
            bench,
            { script: 'nap.py', input: { type: 'uri_folder', path }, miniBatchSize: '1', appendRow: 'out.txt' },
            (output) => {
              percent = timeInside(readFileSync(output, 'utf8'));
            },
          );
          return percent;
        },
        yardsticks: [
          {
            name: 'Pool(2).imap_unordered, the same sleep, once started',
            measure: async () => {
              const pool = join(import.meta.dirname, '..', 'yardsticks', 'pool.py');
              const { stdout } = await runProcess(bench.python, [pool, String(count), '0.02']);
              return Number(stdout);
            },
          },
        ],
      },
    ];
  },
};

/** Percent of the time of two workers, by the lines that `nap.py` returns. */
export function timeInside(output: string): number {
  const times = output
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  const begins = times.map(([begin = 0]) => begin);
  const ends = times.map(([, end = 0]) => end);
  const inside = ends.reduce((sum, end, i) => sum + end - (begins[i] ?? 0), 0);
  return (100 * inside) / (2 * (Math.max(...ends) - Math.min(...begins)));
}
