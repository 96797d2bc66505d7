import { join } from 'node:path';
import { growTree } from '../data.ts';
import { runProcess } from '../measure.ts';
import { runJob } from '../prl.ts';
import type { BenchCase } from '../types.ts';

/** From shell prompt to shell prompt. */
export const startup: BenchCase = {
  name: 'startup',
  about: 'prl run of a trivial job over 10 files, from prompt to prompt',
  repeat: 15,
  async prepare(bench) {
    const path = growTree(join(bench.folder, 'files'), 0, 10);
    const job = (language: 'ts' | 'py') => async () =>
      (await runJob(bench, { script: `noop.${language}`, input: { type: 'uri_folder', path }, miniBatchSize: '1', appendRow: 'out.txt' }))
        .seconds;
    const node = { name: 'node that does nothing', measure: async () => (await runProcess(process.execPath, ['-e', '0'])).seconds };
    const pool = join(import.meta.dirname, '..', 'yardsticks', 'pool.py');
    const python = { name: 'Pool(2) over 10 no-ops', measure: async () => (await runProcess(bench.python, [pool, '10', '0'])).seconds };
    return [
      { name: 'TypeScript', unit: 's', better: 'less', limit: 0.3, ours: job('ts'), yardsticks: [node] },
      { name: 'Python', unit: 's', better: 'less', limit: 0.3, ours: job('py'), yardsticks: [python] },
    ];
  },
};
