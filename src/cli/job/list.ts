import { formatAgo, formatNumberOf, formatSeconds } from '../../events/format.ts';
import type { JobListing } from '../../jobs/listing.ts';
import { listJobs } from '../../jobs/show.ts';
import { epochNow } from '../../os/clock.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns } from '../output/table.ts';
import { nearPath, tailOf } from '../terminal/near-path.ts';
import { widthOf } from '../terminal/text.ts';

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
      jobs.length === 0 ? 'No jobs.' : table(jobs, epochNow(), process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY),
    );
    const all = store.jobs.count({ archived });
    const gone = store.jobs.gone();
    if (gone.length > 0) {
      const some = gone.length > 3 ? `${gone.slice(0, 3).join(', ')} …` : gone.join(', ');
      tell(`${formatNumberOf(gone.length, 'job')} more, whose folders were taken away by hand: ${some}  (forget them with: prl clean)`);
    }
    if (jobs.length < all) tell(`${jobs.length} of ${all} jobs`);
  });
}

const leastForFile = 12;

/** The last column has what the others leave of the width. */
function table(jobs: readonly JobListing[], now: number, width: number): string {
  const header = ['NAME', 'STATUS', 'CREATED', 'TOOK', 'FILE'];
  const rows = jobs.map((job) => [
    job.name,
    job.status,
    formatAgo(job.creation_context.created_at, now),
    job.duration_s === undefined ? '' : formatSeconds(job.duration_s),
    job.file === undefined ? job.display_name : nearPath(job.file),
  ]);
  const taken = [0, 1, 2, 3].reduce((sum, at) => sum + 2 + Math.max(...[header, ...rows].map((row) => widthOf(row[at] ?? ''))), 0);
  const left = Math.max(leastForFile, width - taken);
  return columns(
    header,
    rows.map((row) => [...row.slice(0, 4), tailOf(row[4] ?? '', left)]),
  );
}
