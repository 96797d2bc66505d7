/** Deletes jobs with all that is theirs. What its author chose a place for stays, and so does what somebody else needs. */
import { existsSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import { wayInside } from '../os/below.ts';
import { buildGraph } from '../pipeline/graph/step-graph.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { RunStore } from '../store/store.ts';
import { asCoordinator, liveCoordinator } from './coordinator.ts';
import { type OwnPlaces, ownPlaces } from './own-places.ts';
import { placedOutputs } from './placed-outputs.ts';
import { usesIn, usesOf } from './users.ts';

/** What is to become of a job, before anything is done. */
export interface Deletion extends OwnPlaces {
  readonly name: string;
  /** The job's folder. */
  readonly directory: string;
  /** Why it must stay; absent: it can be deleted. */
  readonly keep?: string;
}

/** Looks only. */
export function lookAtDeletion(store: RunStore, records: readonly JobRecord[]): readonly Deletion[] {
  const uses = usesIn(store);
  return records.map((record) => {
    const { directory } = store.layout(record.name);
    const places = ownPlaces(store, record);
    const keep = running(store, record.name) ?? needed(usesOf(uses, [...places.own, directory], record.name));
    return { name: record.name, directory, ...places, ...(keep !== undefined && { keep }) };
  });
}

/**
 * Deletes those that can be, one after the other. Whether one can is decided while nobody in this home can take its outputs, and from
 * then on nobody does.
 * @param ended is told of each, with the reason where it was kept
 */
export async function deleteJobs(store: RunStore, records: readonly JobRecord[], ended: (deletion: Deletion) => void): Promise<void> {
  const decided = store.exclusively(() => {
    const all = lookAtDeletion(store, records);
    for (const { name, keep } of all) if (keep === undefined) store.jobs.forbidReuse(name);
    return all;
  });
  for (const deletion of decided) ended(deletion.keep === undefined ? await deleteJob(store, deletion) : deletion);
}

async function deleteJob(store: RunStore, deletion: Deletion): Promise<Deletion> {
  const { name, own } = deletion;
  try {
    return await asCoordinator(store, name, async () => {
      // It was resumed since, and has outputs again that others may have taken.
      if (store.jobs.isReusable(name)) return { ...deletion, keep: 'it ran again meanwhile' };
      await takeBackUploads(store, name);
      for (const place of own) await removePlace(place, store.home);
      store.jobs.remove(name);
      return deletion;
    });
  } catch (error) {
    if (error instanceof RequestError) return { ...deletion, keep: running(store, name) ?? error.message };
    throw error;
  }
}

/** What has gone up of objects that never came to be, as far as their stores can be reached. */
async function takeBackUploads(store: RunStore, name: string): Promise<void> {
  const spec = store.jobs.readableSpec(name);
  if (spec === undefined) return;
  for (const [node, outputs] of placedOutputs(spec, buildGraph(spec), store.assets, { name })) {
    for (const output of outputs) {
      const notes = join(store.layout(name).step(node.name).uploads, output.name);
      if (output.far === undefined || !existsSync(notes)) continue;
      const { notedUploads } = await import('../data/upload/notes.ts');
      for (const upload of notedUploads(notes)) {
        const { openFarOutput } = await import('../pipeline/bind/far-output.ts');
        await (await openFarOutput(output.far, process.env)).abort(upload, AbortSignal.timeout(abortPatience)).catch(() => {});
      }
    }
  }
}

/** Milliseconds. */
const abortPatience = 10_000;

/** With the folders above it that are empty then, up to the datastore. */
async function removePlace(place: string, home: string): Promise<void> {
  await rm(place, { recursive: true, force: true });
  const datastores = join(home, 'datastores');
  for (let folder = dirname(place); isInDatastore(wayInside(datastores, folder)); folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      // Something else is in it.
      return;
    }
  }
}

/** Below one of them, which stays. */
function isInDatastore(way: string | undefined): boolean {
  return way?.includes('/') === true;
}

function running(store: RunStore, name: string): string | undefined {
  const holder = liveCoordinator(store.layout(name));
  return holder === undefined ? undefined : `it is running, in process ${holder.pid}`;
}

function needed([first, ...others]: ReturnType<typeof usesOf>): string | undefined {
  if (first === undefined) return undefined;
  return `${first.why}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
}
