/** What of a job's outputs goes with the job: those whose place its author did not choose, or chose in the home under the job's own name. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { wayInside } from '../os/below.ts';
import { buildGraph } from '../pipeline/graph/step-graph.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { RunStore } from '../store/store.ts';
import { placedOutputs } from './placed-outputs.ts';

export interface OwnPlaces {
  /** Folders and files, absolute; nothing but the job's is ever in them. */
  readonly own: readonly string[];
  /** Absolute; whatever becomes of the job, these stay. */
  readonly chosen: readonly string[];
  /** Addresses in object stores that the job has written to; these stay too. */
  readonly far: readonly string[];
}

/** As far as it is known: of a job whose spec cannot be read any more, nothing. */
export function ownPlaces(store: RunStore, { name, portion }: JobRecord): OwnPlaces {
  const spec = store.jobs.readableSpec(name);
  if (spec === undefined) return { own: [], chosen: [], far: [] };
  const bound = placedOutputs(spec, buildGraph(spec), store.assets, { name, trial: portion !== undefined });
  const places = bound
    .flatMap(([, outputs]) => outputs)
    .map(({ chosen, isFile, path }) => {
      if (!chosen) return { path: isFile ? dirname(path) : path, own: true };
      return { path, own: isNamedAfter(name, wayInside(join(store.home, 'datastores'), path)) };
    });
  const which = (own: boolean) => [...new Set(places.filter((place) => place.own === own).map(({ path }) => path))];
  const layout = store.layout(name);
  const far = bound.flatMap(([node, outputs]) =>
    outputs.flatMap((output) =>
      output.far !== undefined && existsSync(join(layout.step(node.name).uploads, output.name)) ? [output.far.address] : [],
    ),
  );
  return { own: which(true), chosen: which(false), far: [...new Set(far)] };
}

/** `${{name}}` is in the path: only this job writes there. @param way from the home's datastores; undefined for what is elsewhere */
function isNamedAfter(job: string, way: string | undefined): boolean {
  return way?.split('/').some((folder) => folder === job || folder.startsWith(`${job}.`)) === true;
}
