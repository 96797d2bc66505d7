/** Deletes old jobs together. */
import { RequestError } from '../../errors/types.ts';
import { formatNumberOf } from '../../events/format.ts';
import { type CleanRules, parseAge, toClean } from '../../jobs/clean.ts';
import { listJobs } from '../../jobs/show.ts';
import { type DeleteOptions, deleteAll } from '../deletion.ts';
import { exitCodes, tell } from '../errors.ts';
import { withStore } from '../open.ts';

interface CleanOptions extends DeleteOptions {
  readonly olderThan?: string;
  readonly keepLast?: number;
  readonly failed?: boolean;
}

/** Jobs that had to stay are no failure: they were asked for as a class, not by name. */
export async function clean(options: CleanOptions): Promise<number> {
  const rules = rulesOf(options);
  return withStore(async (store) => {
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

function rulesOf({ olderThan, keepLast, failed }: CleanOptions): CleanRules {
  if (olderThan === undefined && keepLast === undefined && failed === undefined) {
    throw new RequestError({
      code: 'missing-argument',
      message: 'Say which jobs: --older-than 14d, --keep-last 5, --failed, or several of them.',
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
