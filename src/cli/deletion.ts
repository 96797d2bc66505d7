/** How `job delete` and `clean` say what they would take away, ask, and do it. */
import { existsSync } from 'node:fs';
import { formatBytes, formatNumberOf } from '../events/format.ts';
import { type Deletion, deleteJobs, lookAtDeletion } from '../jobs/delete.ts';
import { isInside } from '../os/below.ts';
import { diskUseOf } from '../os/disk-use.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { RunStore } from '../store/store.ts';
import { confirmed } from './confirm.ts';
import { exitCodes, tell } from './errors.ts';
import type { ResultOptions } from './options.ts';
import { printResult } from './output/output.ts';
import { columns } from './output/table.ts';

export interface DeleteOptions extends ResultOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** What programs read of it. */
interface ShownDeletion {
  readonly name: string;
  readonly deleted: boolean;
  /** On the disk, of what goes. */
  readonly bytes: number;
  /** Why it stays. */
  readonly kept?: string;
}

/** Exit code 1 where one of them had to stay. */
export async function deleteAll(store: RunStore, records: readonly JobRecord[], options: DeleteOptions): Promise<number> {
  const planned = await Promise.all(lookAtDeletion(store, records).map(measured));
  const going = planned.filter(({ deletion }) => deletion.keep === undefined);
  const bytes = going.reduce((sum, each) => sum + each.bytes, 0);
  const what = `${formatNumberOf(going.length, 'job')} (${formatBytes(bytes)})`;
  for (const line of planned.slice(0, mostLines).map(drawn)) tell(line);
  if (planned.length > mostLines) tell(`… and ${formatNumberOf(planned.length - mostLines, 'job')} more`);
  if (options.dryRun === true || going.length === 0) {
    tell(options.dryRun === true ? `Nothing was deleted: this was a dry run. It would delete ${what}.` : 'Nothing was deleted.');
    await print(
      planned.map(({ deletion, bytes: size }) => shown(deletion, false, size)),
      options,
    );
    return going.length === planned.length || options.dryRun === true ? exitCodes.completed : exitCodes.failed;
  }
  if (!(await confirmed(`Delete ${what} for good?`, options.yes === true))) {
    tell('Nothing was deleted.');
    return exitCodes.completed;
  }
  const sizes = new Map(planned.map(({ deletion, bytes: size }) => [deletion.name, size]));
  const results: ShownDeletion[] = [];
  await deleteJobs(store, records, (deletion) => {
    const deleted = deletion.keep === undefined;
    results.push(shown(deletion, deleted, sizes.get(deletion.name) ?? 0));
    if (!deleted && planned.find((each) => each.deletion.name === deletion.name)?.deletion.keep === undefined)
      tell(drawn({ deletion, bytes: 0 }));
  });
  const gone = results.filter(({ deleted }) => deleted);
  tell(`Deleted ${formatNumberOf(gone.length, 'job')}: ${formatBytes(gone.reduce((sum, each) => sum + each.bytes, 0))} are free again.`);
  await print(results, options);
  return gone.length === results.length ? exitCodes.completed : exitCodes.failed;
}

const mostLines = 30;

interface Measured {
  readonly deletion: Deletion;
  readonly bytes: number;
}

async function measured(deletion: Deletion): Promise<Measured> {
  const { directory, own, keep } = deletion;
  const places = [directory, ...own.filter((place) => !isInside(place, directory))];
  return { deletion, bytes: keep === undefined ? (await diskUseOf(places)).bytes : 0 };
}

function drawn({ deletion, bytes }: Measured): string {
  const { name, keep, chosen, far } = deletion;
  if (keep !== undefined) return `  ${name}  stays: ${keep}`;
  const staying = [...chosen.filter((path) => existsSync(path)), ...far];
  return `  ${name}  ${formatBytes(bytes)}${staying.length === 0 ? '' : `; its output stays: ${staying.join(', ')}`}`;
}

function shown({ name, keep }: Deletion, deleted: boolean, bytes: number): ShownDeletion {
  return { name, deleted, bytes, ...(keep !== undefined && { kept: keep }) };
}

async function print(results: readonly ShownDeletion[], options: DeleteOptions): Promise<void> {
  if (options.output === undefined && options.query === undefined) return;
  await printResult(results, options, () =>
    columns(
      ['NAME', 'DELETED', 'SIZE', 'KEPT'],
      results.map(({ name, deleted, bytes, kept }) => [name, deleted ? 'yes' : 'no', formatBytes(bytes), kept ?? '']),
    ),
  );
}
