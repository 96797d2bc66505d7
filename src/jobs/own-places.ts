/** What of a job's outputs goes with the job: those whose place its author did not choose, or chose in the home under the job's own name. */
import { dirname, join, relative } from 'node:path';
import { RequestError } from '../errors/types.ts';
import type { JobSpec } from '../language/types.ts';
import { jobFacts } from '../pipeline/bind/facts.ts';
import { bindOutputs } from '../pipeline/bind/outputs.ts';
import { buildGraph, type GraphStep, type StepGraph } from '../pipeline/graph/step-graph.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { RunStore } from '../store/store.ts';

export interface OwnPlaces {
  /** Folders and files, absolute; nothing but the job's is ever in them. */
  readonly own: readonly string[];
  /** Absolute; whatever becomes of the job, these stay. */
  readonly chosen: readonly string[];
}

/** As far as it is known: of a job whose spec cannot be read any more, nothing. */
export function ownPlaces(store: RunStore, record: JobRecord): OwnPlaces {
  const graph = graphOf(store, record.name);
  if (graph === undefined) return { own: [], chosen: [] };
  const layout = store.layout(record.name);
  const facts = jobFacts(record.name, graph.spec, record.portion !== undefined);
  const bound = [...graph.steps.values()].flatMap((node: GraphStep) => {
    try {
      return bindOutputs(node, facts, layout.step(node.name), store.assets);
    } catch (error) {
      // A datastore that was taken out: where it was is not known.
      if (error instanceof RequestError) return [];
      throw error;
    }
  });
  const places = bound.map(({ chosen, isFile, path }) => {
    if (!chosen) return { path: isFile ? dirname(path) : path, own: true };
    return { path, own: isNamedAfter(record.name, relative(join(store.home, 'datastores'), path)) };
  });
  const which = (own: boolean) => [...new Set(places.filter((place) => place.own === own).map(({ path }) => path))];
  return { own: which(true), chosen: which(false) };
}

/** `${{name}}` is in the path: only this job writes there. @param below the datastores of the home */
function isNamedAfter(job: string, path: string): boolean {
  const folders = path.split('/');
  return folders[0] !== '..' && folders.some((folder) => folder === job || folder.startsWith(`${job}.`));
}

function graphOf(store: RunStore, name: string): (StepGraph & { readonly spec: JobSpec }) | undefined {
  try {
    const spec = store.jobs.spec(name);
    return { ...buildGraph(spec), spec };
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}
