import { listJobs } from '../../jobs/show.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns } from '../output/table.ts';

interface ListOptions extends ResultOptions {
  readonly maxResults?: number;
  readonly archivedOnly?: boolean;
  readonly includeArchived?: boolean;
}

export async function list(options: ListOptions): Promise<void> {
  await withStore(async (store) => {
    const archived = options.archivedOnly === true || (options.includeArchived === true && ('any' as const));
    const jobs = await listJobs(store, { archived, ...(options.maxResults !== undefined && { limit: options.maxResults }) });
    await printResult(jobs, options, () =>
      columns(
        ['NAME', 'STATUS', 'DISPLAY NAME', 'DIRECTORY'],
        jobs.map((job) => [job.name, job.status, job.display_name, job.directory]),
      ),
    );
    const all = store.jobs.count({ archived });
    if (jobs.length < all) tell(`${jobs.length} of ${all} jobs`);
  });
}
