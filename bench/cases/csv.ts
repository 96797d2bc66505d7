import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeCsv } from '../data.ts';
import { runProcess } from '../measure.ts';
import { runJob } from '../prl.ts';
import type { BenchCase } from '../types.ts';

const yardsticks = join(import.meta.dirname, '..', 'yardsticks');

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
    const measured = async (command: string, args: (target: string) => readonly string[]): Promise<number> => {
      const target = join(bench.folder, 'yardstick.txt');
      const { seconds } = await runProcess(command, args(target));
      await keep(target);
      rmSync(target);
      return seconds;
    };
    const job = { script: 'identity.py', input: { type: 'uri_file' as const, path }, miniBatchSize: '1mb', appendRow: 'out.txt' };
    return [
      {
        name: 'identity',
        unit: 's',
        better: 'less',
        ours: async () => (await runJob(bench, job, keep)).seconds,
        yardsticks: [
          {
            name: 'two processes with pandas written by hand, slices of 1 MB',
            factor: 0.4,
            measure: () => measured(bench.python, (target) => [join(yardsticks, 'pandas_identity.py'), path, target]),
          },
          {
            name: 'DuckDB alone (COPY)',
            factor: 1.3,
            measure: () => measured(process.execPath, (target) => [join(yardsticks, 'duckdb-copy.ts'), path, target, ' ']),
          },
        ],
      },
    ];
  },
};
