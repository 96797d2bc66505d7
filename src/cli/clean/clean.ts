/** Deletes old jobs together, and inputs that were kept for the next one. */
import { rm } from 'node:fs/promises';
import { RequestError } from '../../errors/types.ts';
import { formatBytes, formatNumberOf } from '../../events/format.ts';
import { type CleanRules, parseAge, toClean } from '../../jobs/clean.ts';
import { listJobs } from '../../jobs/show.ts';
import { diskUse } from '../../os/disk-use.ts';
import { fetchedCache } from '../../store/layout.ts';
import { confirmed } from '../confirm.ts';
import { type DeleteOptions, deleteAll } from '../deletion.ts';
import { exitCodes, tell } from '../errors.ts';
import { withStore } from '../open.ts';

interface CleanOptions extends DeleteOptions {
  readonly olderThan?: string;
  readonly keepLast?: number;
  readonly failed?: boolean;
  readonly cache?: boolean;
}

/** Jobs that had to stay are no failure: they were asked for as a class, not by name. */
export async function clean(options: CleanOptions): Promise<number> {
  const { cache, olderThan, keepLast, failed } = options;
  if (cache === true && olderThan === undefined && keepLast === undefined && failed === undefined) {
    await withStore(({ home }) => clearCache(home, options));
    return exitCodes.completed;
  }
  const rules = rulesOf(options);
  return withStore(async (store) => {
    if (cache === true) await clearCache(store.home, options);
    const gone = store.jobs.gone();
    if (gone.length > 0 && options.dryRun !== true) {
      store.jobs.forgetGone();
      tell(`Forgotten: ${formatNumberOf(gone.length, 'job')} whose folders were taken away by hand.`);
    }
    const listed = await listJobs(store, { archived: 'any' });
    const jobs = listed.map(({ name, status }) => ({ ...store.jobs.get(name), status }));
    const chosen = toClean(jobs, rules, Date.now());
    if (chosen.length === 0) tell(`Nothing to delete: none of ${jobs.length} jobs in ${store.home} is one of these.`);
    else await deleteAll(store, chosen, options);
    return exitCodes.completed;
  });
}

/** Running jobs keep what they share of it. */
async function clearCache(home: string, { dryRun, yes }: CleanOptions): Promise<void> {
  const folder = fetchedCache(home);
  const size = formatBytes((await diskUse(folder)).bytes);
  if (dryRun === true) return tell(`Nothing was deleted: this was a dry run. It would delete ${size} of inputs kept for the next job.`);
  if (!(await confirmed(`Delete ${size} of inputs kept for the next job? They are fetched again.`, yes === true)))
    return tell('Nothing was deleted.');
  await rm(folder, { recursive: true, force: true });
  tell(`Deleted: ${size} of inputs kept for the next job.`);
}

function rulesOf({ olderThan, keepLast, failed }: CleanOptions): CleanRules {
  if (olderThan === undefined && keepLast === undefined && failed === undefined) {
    throw new RequestError({
      code: 'missing-argument',
      message: 'Say which jobs: --older-than 14d, --keep-last 5, --failed, or several of them; --cache for fetched inputs.',
      hint: 'What takes the room: prl usage',
    });
  }
  const age = olderThan === undefined ? undefined : parseAge(olderThan);
  if (olderThan !== undefined && age === undefined) {
    throw new RequestError({
      code: 'bad-age',
      message: `--older-than is ${JSON.stringify(olderThan)}: expected an age such as 14d, 12h or 2w.`,
    });
  }
  return { ...(age !== undefined && { olderThan: age }), ...(keepLast !== undefined && { keepLast }), ...(failed === true && { failed }) };
}
