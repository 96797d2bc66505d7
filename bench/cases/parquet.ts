import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { flights } from '../data.ts';
import { runProcess } from '../measure.ts';
import { runJob } from '../prl.ts';
import type { BenchCase } from '../types.ts';

/** A Parquet file as row objects in TypeScript, written as CSV. */
export const parquet: BenchCase = {
  name: 'parquet',
  about: '3 million Parquet rows through an identity run() in TypeScript, mini_batch_size 1mb, 2 workers, append_row as CSV',
  repeat: 3,
  async prepare(bench) {
    const { path, rows } = flights();
    const slices = Math.ceil(statSync(path).size / 1024 ** 2);
    const check = (file: string): void => {
      const text = readFileSync(file);
      let lines = 0;
      for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, at + 1)) lines += 1;
      if (lines < rows || lines > rows + 1) throw new Error(`${file} has ${lines} lines`);
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
              { script: 'identity.ts', input: { type: 'uri_file', path }, miniBatchSize: '1mb', appendRow: 'out.csv' },
              check,
            )
          ).seconds,
        yardstick: {
          name: 'two Node processes with DuckDB written by hand, the same slices',
          measure: async () => {
            const target = join(bench.folder, 'duckdb.csv');
            const script = join(import.meta.dirname, '..', 'yardsticks', 'duckdb-identity.ts');
            const { seconds } = await runProcess(process.execPath, [script, path, target, String(rows), String(slices)]);
            check(target);
            rmSync(target);
            return seconds;
          },
        },
      },
    ];
  },
};
