/** Jobs run in the test's own process: real steps, real files, a home of the test's own. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createJob } from '../../src/jobs/create.ts';
import { runJobHere } from '../../src/jobs/run-here.ts';
import { type ShownJob, showJob } from '../../src/jobs/show.ts';
import { loadJob } from '../../src/language/index.ts';
import { processContext } from '../../src/os/process-context.ts';
import { openStore } from '../../src/store/store.ts';

export interface JobRunner {
  readonly home: string;
  /** Runs a job file under a name to its end. */
  run(name: string, file: string, options?: { readonly limit?: number; readonly forceRerun?: boolean }): Promise<ShownJob>;
}

/** Call it inside a test. @param directory of the test's own; the home is in it */
export async function jobRunner(directory: string): Promise<JobRunner> {
  const home = join(directory, 'home');
  const store = await openStore(home);
  onTestFinished(() => store.close());
  return {
    home,
    async run(name, file, { limit, forceRerun = false } = {}) {
      const { spec } = await loadJob(join(directory, file));
      await createJob(store, spec, { name, ...(limit === undefined ? {} : { limit }) });
      await runJobHere(processContext(), store, name, { forceRerun });
      return await showJob(store, name);
    },
  };
}
