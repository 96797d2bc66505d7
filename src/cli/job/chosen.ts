import { type FindOptions, findJob } from '../../jobs/find-job.ts';
import type { JobRecord } from '../../store/jobs.ts';
import type { RunStore } from '../../store/store.ts';
import { tell } from '../errors.ts';
import { givenOrNot } from '../options.ts';

/**
 * The job that a command is about: `prl job show`, `… show last`, `… show amber`, `… show --name amber_harbor_x7k2m`. Where its name was
 * not written in full, stderr says which one it is.
 * @throws RequestError for none, several, or two different names
 */
export function chosenJob(
  store: RunStore,
  argument: string | undefined,
  { name }: { readonly name?: string },
  options: FindOptions = {},
): JobRecord {
  const { job, by } = findJob(store, givenOrNot('The name', '--name', argument, name), options);
  if (by !== undefined) tell(`Job ${job.name} (the ${by === 'beginning of its name' ? 'only one that begins so' : by})`);
  return job;
}
