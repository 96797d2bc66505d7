/** What a home takes on the disk, and which jobs take it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Status } from '../events/types.ts';
import { isInside } from '../os/below.ts';
import { diskUse, diskUseOf } from '../os/disk-use.ts';
import { fetchedCache } from '../store/layout.ts';
import type { RunStore } from '../store/store.ts';
import { ownPlaces } from './own-places.ts';
import { listJobs } from './show.ts';

export interface HomeUsage {
  readonly home: string;
  /** Everything in the home, and what jobs have in datastores outside it. */
  readonly bytes: number;
  readonly jobs: readonly JobUsage[];
  /** Inputs that were fetched as a whole, kept for the next job; part of `other_bytes`. */
  readonly cache_bytes: number;
  /** What is no job's: registered components, datastores but for outputs of jobs, the index. */
  readonly other_bytes: number;
}

export interface JobUsage {
  readonly name: string;
  readonly status: Status;
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** Its folder: code, logs, state. */
  readonly folder_bytes: number;
  /** Its outputs, where their place is not one that its author chose. */
  readonly output_bytes: number;
}

/** Largest first. @param looked is told how many jobs of how many were looked at */
export async function homeUsage(store: RunStore, looked: (done: number, all: number) => void = () => {}): Promise<HomeUsage> {
  const listed = await listJobs(store, { archived: 'any' });
  const jobs: JobUsage[] = [];
  /** What stands beside the home's other folders: those of jobs, and places outside. */
  let notInRest = 0;
  for (const { name, status } of listed) {
    const record = store.jobs.get(name);
    const { directory } = store.layout(name);
    const places = ownPlaces(store, record).own.filter((place) => !isInside(place, directory));
    const [folder, inside, outside] = await Promise.all([
      diskUse(directory),
      diskUseOf(places.filter((place) => isInside(place, store.home))),
      diskUseOf(places.filter((place) => !isInside(place, store.home))),
    ]);
    notInRest += folder.bytes + outside.bytes;
    jobs.push({ name, status, created: record.created, folder_bytes: folder.bytes, output_bytes: inside.bytes + outside.bytes });
    looked(jobs.length, listed.length);
  }
  const known = new Set(listed.map(({ name }) => name));
  const rest = [
    ...readdirSync(store.home).flatMap((name) => (name === 'jobs' ? [] : [join(store.home, name)])),
    // What was left of making one.
    ...readdirSync(join(store.home, 'jobs')).flatMap((name) => (known.has(name) ? [] : [join(store.home, 'jobs', name)])),
  ];
  const bytes = notInRest + (await diskUseOf(rest)).bytes;
  const total = (job: JobUsage) => job.folder_bytes + job.output_bytes;
  return {
    home: store.home,
    bytes,
    cache_bytes: (await diskUse(fetchedCache(store.home))).bytes,
    jobs: jobs.toSorted((one, other) => total(other) - total(one)),
    other_bytes: bytes - jobs.reduce((sum, job) => sum + total(job), 0),
  };
}
