import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { flights } from '../data.ts';
import { runProcess } from '../measure.ts';
import { runJob } from '../prl.ts';
import type { BenchCase, Yardstick } from '../types.ts';

const yardsticks = join(import.meta.dirname, '..', 'yardsticks');

/** A Parquet file as row objects in TypeScript and as data frames in Python, written as CSV. */
export const parquet: BenchCase = {
  name: 'parquet',
  about: '3 million Parquet rows through an identity run(), mini_batch_size 1mb, 2 workers, append_row as CSV',
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
    const ours = (script: string) => async () =>
      (await runJob(bench, { script, input: { type: 'uri_file', path }, miniBatchSize: '1mb', appendRow: 'out.csv' }, check)).seconds;
    const yardstick = (name: string, factor: number, script: string, ...more: readonly string[]): Yardstick => ({
      name,
      factor,
      measure: async () => {
        const target = join(bench.folder, 'yardstick.csv');
        const { seconds } = await runProcess(process.execPath, [join(yardsticks, script), path, target, ...more]);
        check(target);
        rmSync(target);
        return seconds;
      },
    });
    const alone = yardstick('DuckDB alone (COPY)', 1.3, 'duckdb-copy.ts', ',', 'true');
    const byHand = yardstick('two Node processes with DuckDB written by hand', 1, 'duckdb-identity.ts', String(rows), String(slices));
    return [
      { name: 'identity, TypeScript', unit: 's', better: 'less', ours: ours('identity.ts'), yardsticks: [byHand, alone] },
      { name: 'identity, Python', unit: 's', better: 'less', ours: ours('identity.py'), yardsticks: [alone] },
    ];
  },
};
