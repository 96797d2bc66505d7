/** Who needs what a job has made: jobs that took its outputs in place of running a step, jobs that read them now, registered assets. */
import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import { parseRunName } from '../language/names.ts';
import { isInside } from '../os/below.ts';
import { locate } from '../pipeline/bind/locate.ts';
import { readRecord } from '../pipeline/steps/record.ts';
import type { RunStore } from '../store/store.ts';
import { liveCoordinator } from './coordinator.ts';
import { flattenSteps } from './steps.ts';

/** A path that is needed, and by whom. */
export interface Use {
  /** Absolute. */
  readonly path: string;
  /** The job that needs it; none for a registered asset. */
  readonly job?: string;
  /** For people: `the step b.score reuses it`. */
  readonly why: string;
}

/** All of a home. Reads a small file for each step of each job. */
export function usesIn(store: RunStore): readonly Use[] {
  const jobs = store.jobs.list({ archived: 'any' }).map(({ name }) => name);
  return [...jobs.flatMap((job) => [...reused(store, job), ...readNow(store, job)]), ...registered(store)];
}

/** The uses of what is in one of these folders, but for the job's own. */
export function usesOf(uses: readonly Use[], folders: readonly string[], job: string): readonly Use[] {
  return uses.filter((use) => use.job !== job && folders.some((folder) => isInside(use.path, folder)));
}

function reused(store: RunStore, job: string): readonly Use[] {
  const { directory } = store.layout(job);
  const steps = join(directory, 'steps');
  const names = existsSync(steps) ? readdirSync(steps) : [];
  return names.flatMap((step) => {
    const found = readRecord(store.layout(job).step(step).record);
    if (found?.reusedFrom === undefined) return [];
    const why = `${job}.${step} reuses it`;
    const taken = Object.values(found.outputs).flatMap(({ path, address }) => (address === undefined ? [{ path, job, why }] : []));
    // To places of its own it copies them just now.
    const copying = found.status === 'Running' ? [{ path: store.layout(parseRunName(found.reusedFrom).job).directory, job, why }] : [];
    return [...taken, ...copying];
  });
}

function readNow(store: RunStore, job: string): readonly Use[] {
  if (liveCoordinator(store.layout(job)) === undefined) return [];
  const spec = store.jobs.spec(job);
  const inputs = [spec.inputs, ...[...flattenSteps(spec).values()].map((step) => step.inputs)].flatMap((each) => Object.values(each));
  return inputs.flatMap((value) => {
    if (value.kind !== 'data') return [];
    try {
      const place = locate(value.path, value.type, store.assets);
      return place.kind === 'local' ? [{ path: place.path, job, why: `${job}, which is running, reads it` }] : [];
    } catch (error) {
      if (error instanceof RequestError) return [];
      throw error;
    }
  });
}

function registered({ assets }: RunStore): readonly Use[] {
  const all = (['data', 'model'] as const).flatMap((kind) =>
    [false, true].flatMap((archived) => assets.list(kind, { archived }).flatMap(({ name }) => assets.list(kind, { name, archived }))),
  );
  return all.flatMap((asset) =>
    (asset.kind === 'data' || asset.kind === 'model') && isAbsolute(asset.path)
      ? [{ path: asset.path, why: `it is registered as azureml:${asset.name}:${asset.version}` }]
      : [],
  );
}
