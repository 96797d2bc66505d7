import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeCsv } from '../data.ts';
import { runProcess } from '../measure.ts';
import { runJob } from '../prl.ts';
import type { BenchCase } from '../types.ts';

/** A table read, handed to Python as data frames, and written as text again. */
export const csv: BenchCase = {
  name: 'csv',
  about: '1 GB of CSV through an identity run() in Python, mini_batch_size 1mb, 2 workers, append_row',
  repeat: 3,
  async prepare(bench) {
    const path = makeCsv(join(bench.folder, 'table.csv'), 1024 ** 3 * bench.scale);
    const outputs = new Set<string>();
    const keep = async (file: string): Promise<void> => {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(file, { highWaterMark: 1024 ** 2 })) hash.update(chunk);
      outputs.add(hash.digest('hex'));
      if (outputs.size > 1) throw new Error('ours and the yardstick wrote different text');
    };
    return [
      {
        name: 'identity',
        unit: 's',
        better: 'less',
        factor: 1,
        ours: async () =>
          (
            await runJob(
              bench,
              { script: 'identity.py', input: { type: 'uri_file', path }, miniBatchSize: '1mb', appendRow: 'out.txt' },
              keep,
            )
          ).seconds,
        yardstick: {
          name: 'two processes with pandas written by hand, slices of 1 MB',
          measure: async () => {
            const target = join(bench.folder, 'pandas.txt');
            const script = join(import.meta.dirname, '..', 'yardsticks', 'pandas_identity.py');
            const { seconds } = await runProcess(bench.python, [script, path, target]);
            await keep(target);
            rmSync(target);
            return seconds;
          },
        },
      },
    ];
  },
};
