/** What takes room in this home. */
import { formatBytes } from '../../events/format.ts';
import { homeUsage } from '../../jobs/usage.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns } from '../output/table.ts';

export async function usage(options: ResultOptions & { readonly maxResults?: number }): Promise<void> {
  await withStore(async (store) => {
    const live = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
    const found = await homeUsage(store, (done, all) => live && process.stderr.write(`\r\x1b[Klooked at ${done} of ${all} jobs`));
    if (live) process.stderr.write('\r\x1b[K');
    const jobs = found.jobs.slice(0, options.maxResults);
    await printResult({ ...found, jobs }, options, () => {
      const drawn = jobs.slice(0, options.maxResults ?? 20);
      const rows = drawn.map(({ name, status, created, folder_bytes, output_bytes }) => [
        formatBytes(folder_bytes + output_bytes),
        formatBytes(output_bytes),
        name,
        status,
        created.slice(0, 16).replace('T', ' '),
      ]);
      const table = columns(['SIZE', 'OUTPUTS', 'NAME', 'STATUS', 'CREATED'], rows);
      const more = found.jobs.length > drawn.length ? `\n… and ${found.jobs.length - drawn.length} more jobs` : '';
      const kept =
        found.cache_bytes === 0 ? '' : `; ${formatBytes(found.cache_bytes)} of that are inputs kept for the next job (prl clean --cache)`;
      return `${table}${more}\n\n${found.home}: ${formatBytes(found.bytes)}, of it ${formatBytes(found.other_bytes)} no job's${kept}`;
    });
    if (found.jobs.length > 0) tell('Old ones go with: prl clean --older-than 14d --keep-last 5 --dry-run');
  });
}
