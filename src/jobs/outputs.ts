/** What a job wrote: where it is, how much it is, and its first rows. */
import { type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type FirstRow, firstRows } from '../data/first-rows.ts';
import { walk } from '../data/stores/walk.ts';
import { RequestError } from '../errors/types.ts';
import type { DataType } from '../language/types.ts';
import { isAway } from '../pipeline/bind/output-location.ts';
import { jobOutputs } from '../pipeline/job-outputs.ts';
import { placeToTell, type StepOutput } from '../pipeline/steps/record.ts';
import type { JobLayout } from '../store/layout.ts';
import type { RunStore } from '../store/store.ts';
import { distinctOutputs, namesOfSteps, openWriters, type StepOutputs } from './named-outputs.ts';
import { showJob } from './show.ts';

export interface OutputShown {
  /** One of the job's, or `STEP.OUTPUT`. */
  readonly name: string;
  readonly type: DataType;
  /** Absolute, or an address in an object store. */
  readonly path: string;
  /** `missing`: nothing is there. `unfinished`: the step that writes it has not completed. */
  readonly state: 'complete' | 'unfinished' | 'missing';
  readonly files: number;
  readonly bytes: number;
  /** There are more files than are counted. */
  readonly more?: true;
  /** Of the output itself, or of the first file in it that is text or Parquet. */
  readonly first_rows: readonly FirstRow[];
  /** Which file of a folder they are of. */
  readonly first_rows_of?: string;
}

const shownRows = 5;
const countedFiles = 200_000;
/** So many files of a folder are tried for one whose rows can be shown. */
const triedFiles = 10;

/** The job's outputs, then those of its steps that are in other places. @throws RequestError (`unknown-job`) */
export async function outputsOfJob(store: RunStore, name: string): Promise<readonly OutputShown[]> {
  const job = await showJob(store, name);
  const spec = store.jobs.spec(job.name);
  const { job: own, steps } = jobOutputs(spec, store.layout(job.name));
  const outputs = distinctOutputs(own, namesOfSteps(spec, steps));
  return Promise.all(
    outputs.map(async ([output, written]) => {
      const open = openWriters(job, written, steps).length > 0;
      const layout = store.layout(job.name);
      const found = isAway(written) ? await uploadedBy(written, steps, layout) : await look(written.path);
      const state = found === undefined ? 'missing' : open ? 'unfinished' : 'complete';
      return { name: output, type: written.type, path: placeToTell(written), state, ...(found ?? nothing) };
    }),
  );
}

/** What the steps that write it have brought to its store; the store is not asked. */
async function uploadedBy({ path }: StepOutput, steps: StepOutputs, layout: JobLayout): Promise<Look | undefined> {
  const { UploadedFiles } = await import('../data/upload/uploaded.ts');
  const all = Object.entries(steps).flatMap(([step, outputs]) =>
    Object.entries(outputs).flatMap(([name, output]) =>
      output.path === path ? [...new UploadedFiles(join(layout.step(step).uploads, name)).read().values()] : [],
    ),
  );
  return all.length === 0 ? undefined : { files: all.length, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0), first_rows: [] };
}

type Look = Pick<OutputShown, 'files' | 'bytes' | 'more' | 'first_rows' | 'first_rows_of'>;

const nothing: Look = { files: 0, bytes: 0, first_rows: [] };

async function look(path: string): Promise<Look | undefined> {
  const found = statOf(path);
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return { files: 1, bytes: found.size, first_rows: await firstRows(path, shownRows) };
  const { files, bytes, more, first } = counted(path);
  const of = await firstReadable(path, first);
  return { files, bytes, ...(more && { more }), first_rows: of?.rows ?? [], ...(of !== undefined && { first_rows_of: of.file }) };
}

function counted(folder: string) {
  let bytes = 0;
  let files = 0;
  const first: string[] = [];
  try {
    for (const batch of walk(folder)) {
      for (const { path } of batch) {
        if (files === countedFiles) return { files, bytes, more: true as const, first };
        const size = statOf(join(folder, path))?.size ?? 0;
        files += 1;
        bytes += size;
        if (size > 0 && first.length < triedFiles && basename(path) !== 'MLTable') first.push(path);
      }
    }
  } catch (error) {
    // A folder in it that cannot be listed.
    if (!(error instanceof RequestError)) throw error;
  }
  return { files, bytes, more: false as const, first };
}

async function firstReadable(folder: string, files: readonly string[]) {
  for (const file of files) {
    const rows = await firstRows(join(folder, file), shownRows);
    if (rows.length > 0) return { file, rows };
  }
  return undefined;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
