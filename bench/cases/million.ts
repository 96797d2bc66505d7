import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { growTree } from '../data.ts';
import { runProcess } from '../measure.ts';
import { planningSeconds, runJob } from '../prl.ts';
import type { Bench, BenchCase, Contest } from '../types.ts';

/** A folder of a million files: how soon it starts, how fast it is planned, what the coordinator holds, and how time grows with size. */
export const million: BenchCase = {
  name: 'million',
  about: 'folders of 10 thousand to 1 million files, 2 Python workers',
  repeat: 3,
  async prepare(bench) {
    const root = join(bench.folder, 'files');
    const count = Math.round(1_000_000 * bench.scale);
    let files = 0;
    const grow = (to: number): void => {
      if (to > files) growTree(root, files, to);
      files = Math.max(files, to);
    };
    const sizes = [1, 2, 4, 8, 16, 32, 64, 100].map((tens) => (count / 100) * tens);
    const peaks: number[] = [];
    return [
      ...sizes.map((size) => growth(bench, root, size, grow, peaks)),
      memory(`${count} mini-batches: coordinator's memory at most`, sizes.length, peaks),
      besidePool(bench, root, count, grow),
      ...started(bench, root, count, grow),
    ];
  },
};

/** One file a mini-batch; the tree is grown between measurements. */
function growth(bench: Bench, path: string, size: number, grow: (to: number) => void, peaks: number[]): Contest {
  return {
    name: `${size} mini-batches`,
    unit: 's',
    better: 'less',
    ours: async () => {
      grow(size);
      const run = await runJob(bench, { script: 'noop.py', input: { type: 'uri_folder', path }, miniBatchSize: '1', appendRow: 'out.txt' });
      peaks.push(run.peakMegabytes);
      return run.seconds;
    },
  };
}

/** The yardstick of `noop`, with ten times as much: what a start costs counts for less. */
function besidePool(bench: Bench, path: string, count: number, grow: (to: number) => void): Contest {
  return {
    name: `${count} mini-batches, Python`,
    unit: 'mini-batches/s',
    better: 'more',
    repeat: 1,
    yardsticks: [
      {
        factor: 3,
        name: 'Pool(2).imap_unordered of a no-op, chunksize 1, whole process',
        measure: async () => {
          const pool = join(import.meta.dirname, '..', 'yardsticks', 'pool.py');
          return count / (await runProcess(bench.python, [pool, String(count), '0'])).seconds;
        },
      },
    ],
    ours: async () => {
      grow(count);
      const job = { script: 'noop.py', input: { type: 'uri_folder' as const, path }, miniBatchSize: '1', appendRow: 'out.txt' };
      return count / (await runJob(bench, job)).seconds;
    },
  };
}

/** What earlier contests have seen: the last of them ran the largest job. */
function memory(name: string, contests: number, peaks: readonly number[]): Contest {
  let next = 0;
  return {
    name,
    unit: 'MB',
    better: 'less',
    limit: 150,
    ours: async () => peaks[(peaks.length / contests) * (contests - 1) + next++] ?? 0,
  };
}

/** One run gives all three figures; the first contest makes it. */
function started(bench: Bench, path: string, count: number, grow: (to: number) => void): readonly Contest[] {
  const rates: number[] = [];
  const peaks: number[] = [];
  const firstFile = join(bench.folder, 'first.txt');
  return [
    {
      name: `${count} files: first mini-batch running after`,
      unit: 's',
      better: 'less',
      limit: 1,
      ours: async () => {
        grow(count);
        const env = { BENCH_FIRST: firstFile };
        const run = await runJob(bench, {
          script: 'first.py',
          input: { type: 'uri_folder', path },
          miniBatchSize: '10',
          appendRow: 'out.txt',
          env,
        });
        const times = readFileSync(firstFile, 'utf8').trim().split('\n').map(Number);
        rmSync(firstFile);
        rates.push(count / planningSeconds(run.events));
        peaks.push(run.peakMegabytes);
        return Math.min(...times) - run.startedAt / 1000;
      },
    },
    {
      name: `${count} files: planned`,
      unit: 'files/s',
      better: 'more',
      limit: 100_000,
      ours: async () => rates.shift() ?? 0,
      yardsticks: [
        {
          name: 'os.walk of the same folder',
          measure: async () => {
            const walk = 'import os, sys; print(sum(len(files) for _, _, files in os.walk(sys.argv[1])))';
            return count / (await runProcess(bench.python, ['-c', walk, path])).seconds;
          },
        },
      ],
    },
    memory(`${count} files: coordinator's memory at most`, 1, peaks),
  ];
}
