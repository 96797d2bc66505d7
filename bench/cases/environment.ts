import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { growTree } from '../data.ts';
import { runProcess } from '../measure.ts';
import { type BenchJob, runJob } from '../prl.ts';
import type { Bench, BenchCase } from '../types.ts';

const packages = ['pandas', 'pyarrow'];

/** What it costs that a job declares its packages. */
export const environment: BenchCase = {
  name: 'environment',
  about: 'a trivial job that declares packages beside the same job without; making its environment beside uv alone',
  repeat: 3,
  async prepare(bench) {
    const path = growTree(join(bench.folder, 'files'), 0, 10);
    const job: BenchJob = { script: 'noop.py', input: { type: 'uri_folder', path }, miniBatchSize: '1', appendRow: 'out.txt' };
    const declares = (names: readonly string[]) => ({ conda_file: { dependencies: ['python', { pip: names }] } });
    const home = join(bench.folder, 'home');
    const kept = { ...job, home, environment: declares(['six==1.16.0']), env: { PARALLELRUN_ENVIRONMENT: 'venv' } };
    await runJob(bench, kept);
    const cache = join(bench.folder, 'cache');
    const making = (isCached: boolean) => ({ ours: () => ours(isCached), theirs: () => theirs(isCached) });
    const fresh = (isCached: boolean) => (isCached ? cache : mkdtempSync(join(bench.folder, 'cache-')));
    const ours = async (isCached: boolean) => {
      const own = fresh(isCached);
      const env = { PARALLELRUN_ENVIRONMENT: 'venv', UV_CACHE_DIR: own };
      const { events } = await runJob(bench, { ...job, environment: declares(packages), env });
      if (!isCached) rmSync(own, { recursive: true });
      const told = (text: string) => events.find((event) => event.type === 'notice' && event.message.startsWith(text))?.time ?? '';
      return (Date.parse(told('The environment is made')) - Date.parse(told('An environment is made'))) / 1000;
    };
    const theirs = async (isCached: boolean) => {
      const own = fresh(isCached);
      const seconds = await uvAlone(bench, own);
      if (!isCached) rmSync(own, { recursive: true });
      return seconds;
    };
    await uvAlone(bench, cache);
    const contest = (name: string, { ours, theirs }: ReturnType<typeof making>) => ({
      ...{ name, unit: 's', better: 'less' as const, ours },
      yardsticks: [{ name: 'uv venv, uv pip install', factor: 1.2, measure: theirs }],
    });
    return [
      {
        name: 'kept, more than without one',
        unit: 's',
        better: 'less',
        limit: 0.05,
        repeat: 15,
        // A fresh home has more to do: both have one that is there.
        ours: async () => (await runJob(bench, kept)).seconds - (await runJob(bench, { ...job, home })).seconds,
      },
      contest('pandas, packages in the cache of uv', making(true)),
      contest('pandas, nothing in it', making(false)),
    ];
  },
};

async function uvAlone({ folder, python }: Bench, cache: string): Promise<number> {
  const uv = join(python, '..', 'uv');
  const place = mkdtempSync(join(folder, 'alone-'));
  const env = { UV_CACHE_DIR: cache };
  const venv = await runProcess(uv, ['venv', '--quiet', '--clear', '--python', python, place], { env });
  const install = await runProcess(uv, ['pip', 'install', '--quiet', '--python', join(place, 'bin', 'python'), ...packages], { env });
  rmSync(place, { recursive: true });
  return venv.seconds + install.seconds;
}
