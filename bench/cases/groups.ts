import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeCsv } from '../data.ts';
import { runProcess } from '../measure.ts';
import type { BenchCase } from '../types.ts';

const megabyte = 1e6;
const bytes = 10_000 * megabyte;
const bytesAtOnce = 100 * megabyte;

interface Planned {
  /** Of the processor, start included. */
  readonly processor: number;
  readonly peakMegabytes: number;
}

/** `partition_keys` over columns of the data: the planner puts the rows on disk, which takes twice the room of the input. */
export const groups: BenchCase = {
  name: 'groups',
  about: 'partition_keys over two columns of a CSV file of 10 GB: the planner alone',
  repeat: 1,
  async prepare(bench) {
    const path = join(bench.folder, 'table.csv');
    makeLargeCsv(path, bytes * bench.scale);
    const size = statSync(path).size / megabyte;
    const script = join(import.meta.dirname, '..', 'scripts', 'plan-groups.ts');
    let last: Planned | undefined;
    const plan = async (): Promise<Planned> => {
      const scratch = join(bench.folder, 'scratch');
      const { stdout } = await runProcess(process.execPath, [script, path, scratch]);
      rmSync(scratch, { recursive: true });
      last = JSON.parse(stdout) as Planned;
      return last;
    };
    bench.say(`  a table of ${Math.round(size)} MB`);
    return [
      { name: 'planned', unit: 'MB per processor second', better: 'more', ours: async () => size / (await plan()).processor },
      // Of the run before: to plan it a second time would tell nothing new.
      { name: 'memory of planning', unit: 'MB', better: 'less', limit: 1000, ours: async () => (last ?? (await plan())).peakMegabytes },
    ];
  },
};

/** The same rows over and over: to make them is slower than to plan them. */
function makeLargeCsv(path: string, size: number): void {
  makeCsv(path, Math.min(size, bytesAtOnce));
  const rows = readFileSync(path);
  const first = rows.indexOf('\n') + 1;
  const file = openSync(path, 'a');
  for (let written = rows.length; written < size; ) written += writeSync(file, rows, first, rows.length - first);
  closeSync(file);
}
