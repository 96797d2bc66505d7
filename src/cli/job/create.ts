import { startJobInBackground } from '../../jobs/background.ts';
import { createJob } from '../../jobs/create.ts';
import { loadJobFile } from '../load.ts';
import { withStore } from '../open.ts';
import { givenFile } from '../options.ts';
import type { NewJobOptions } from '../run/run.ts';
import { type AfterStart, afterStart, contextFor, startStored } from './start.ts';

type CreateOptions = AfterStart & NewJobOptions & { readonly file?: string };

export async function create(argument: string | undefined, options: CreateOptions): Promise<number> {
  const here = contextFor(options);
  return withStore(async (store) => {
    const { spec } = await loadJobFile(store, givenFile(argument, options), options.set);
    const { name } = await createJob(store, spec, options);
    return startStored(store, name, async () => {
      await startJobInBackground(here, store, name, { forceRerun: options.forceRerun === true });
      return afterStart(store, name, options);
    });
  });
}
