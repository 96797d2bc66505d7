/** Which job a person means who did not write its whole name. */
import { RequestError } from '../errors/types.ts';
import { isInside } from '../os/below.ts';
import { readJobFacts } from '../store/job-folder.ts';
import type { JobFilter, JobRecord } from '../store/jobs.ts';
import type { RunStore } from '../store/store.ts';

export interface FoundJob {
  readonly job: JobRecord;
  /** How it was found, where its name was not given: what there is to be told. */
  readonly by?: 'newest of this folder' | 'newest of the home' | 'beginning of its name';
}

export interface FindOptions {
  /** Which jobs are looked at for the newest. Default: those that are not archived. */
  readonly archived?: JobFilter['archived'];
  /** Default: the working directory. Absolute. */
  readonly folder?: string;
}

/** So many candidates are named. */
const namedCandidates = 8;

/**
 * A whole name always wins, also one that is `last`. Nothing and `last` mean the newest job whose file is in the folder or below it, or
 * that was created there; where there is none, the newest of the home. Anything else is the beginning of exactly one name, archived or not.
 * @throws RequestError (`unknown-job`, `ambiguous-job`, `no-jobs`)
 */
export function findJob(store: RunStore, given: string | undefined, options: FindOptions = {}): FoundJob {
  if (given !== undefined && store.jobs.has(given)) return { job: store.jobs.get(given) };
  if (given === undefined || given === 'last') return newest(store, options);
  const wanted = given.toLowerCase();
  const matching = given === '' ? [] : store.jobs.list({ archived: 'any' }).filter(({ name }) => name.toLowerCase().startsWith(wanted));
  const [job, ...others] = matching;
  if (job === undefined) return { job: store.jobs.get(given) };
  if (others.length === 0) return { job, by: 'beginning of its name' };
  throw ambiguous(given, matching);
}

function newest(store: RunStore, { archived = false, folder = process.cwd() }: FindOptions): FoundJob {
  const jobs = store.jobs.list({ archived });
  const here = jobs.find((job) => isOf(store, job, folder));
  if (here !== undefined) return { job: here, by: 'newest of this folder' };
  const [job] = jobs;
  if (job !== undefined) return { job, by: 'newest of the home' };
  throw new RequestError({
    code: 'no-jobs',
    message: `There is no ${archived === true ? 'archived job' : 'job'} in ${store.home}.`,
    hint: 'Run one with: prl run FILE',
  });
}

function isOf(store: RunStore, { name, source }: JobRecord, folder: string): boolean {
  if (source !== undefined && isInside(source, folder)) return true;
  const created = readJobFacts(store.layout(name))?.workingDirectory;
  return created !== undefined && isInside(created, folder);
}

function ambiguous(given: string, matching: readonly JobRecord[]): RequestError {
  const shown = matching.slice(0, namedCandidates).map(({ name, status }) => `${name} (${status})`);
  const rest = matching.length > shown.length ? `, … (${shown.length} of ${matching.length})` : '';
  return new RequestError({
    code: 'ambiguous-job',
    message: `${matching.length} jobs begin with ${JSON.stringify(given)}: ${shown.join(', ')}${rest}.`,
    hint: 'Give more of the name, or `last` for the newest of this folder.',
  });
}
