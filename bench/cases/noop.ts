import { join } from 'node:path';
import { growTree } from '../data.ts';
import { runProcess } from '../measure.ts';
import { runJob } from '../prl.ts';
import type { BenchCase } from '../types.ts';

/** What the engine itself costs: a `run` that does nothing, one file a mini-batch, output and ledger as always. */
export const noop: BenchCase = {
  name: 'noop',
  about: 'run() that does nothing, one file a mini-batch, 2 workers, append_row, whole process',
  repeat: 5,
  async prepare(bench) {
    const count = Math.round(100_000 * bench.scale);
    const path = growTree(join(bench.folder, 'files'), 0, count);
    const yardstick = {
      name: 'Pool(2).imap_unordered of a no-op, chunksize 1, whole process',
      measure: async () => {
        const pool = join(import.meta.dirname, '..', 'yardsticks', 'pool.py');
        return count / (await runProcess(bench.python, [pool, String(count), '0'])).seconds;
      },
    };
    return (['py', 'ts'] as const).map((language) => ({
      name: `${count} mini-batches, ${language === 'py' ? 'Python' : 'TypeScript'}`,
      unit: 'mini-batches/s',
      better: 'more' as const,
      yardsticks: [{ ...yardstick, factor: 2 }],
      ours: async () =>
        count /
        (await runJob(bench, { script: `noop.${language}`, input: { type: 'uri_folder', path }, miniBatchSize: '1', appendRow: 'out.txt' }))
          .seconds,
    }));
  },
};
