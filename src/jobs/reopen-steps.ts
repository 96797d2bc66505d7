/** Steps of a job that has ended are made open again, with all that is made of what they make. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../errors/thrown.ts';
import type { JobSpec } from '../language/types.ts';
import { reopenRun } from '../parallel/record/state-files.ts';
import { buildGraph } from '../pipeline/graph/step-graph.ts';
import type { JobLayout } from '../store/layout.ts';

export interface Reopened {
  /** What was open before is open, and nothing else. */
  undo(): void;
  /** Steps behind the reopened ones begin anew, because their input is not what it was. */
  forgetFollowing(): void;
}

/** @param steps parallel ones, with something that failed for good */
export function reopenSteps(layout: JobLayout, spec: JobSpec, steps: readonly string[]): Reopened {
  const following = stepsBehind(spec, steps);
  const facts = [...steps, ...following].map((step) => layout.step(step).record);
  const finished = steps.flatMap((step) => ['failed.json', 'finished.json'].map((name) => join(layout.step(step).state, name)));
  const undo = kept([...facts, ...finished]);
  for (const step of steps) reopenRun(layout.step(step).state);
  for (const record of facts) rmSync(record, { force: true });
  return {
    undo,
    forgetFollowing() {
      for (const step of following) rmSync(layout.step(step).state, { recursive: true, force: true });
    },
  };
}

/** Those that read what these make, at whatever distance; in the order in which they run. */
export function stepsBehind(spec: JobSpec, steps: readonly string[]): readonly string[] {
  const behind = new Set<string>();
  for (const { name, after } of buildGraph(spec).steps.values()) {
    if (!steps.includes(name) && after.some((before) => steps.includes(before) || behind.has(before))) behind.add(name);
  }
  return [...behind];
}

/** Returns what makes the files again what they are now. */
function kept(files: readonly string[]): () => void {
  const contents = files.map((file) => [file, contentOf(file)] as const);
  return () => {
    for (const [file, content] of contents) {
      if (content === undefined) rmSync(file, { force: true });
      else writeFileSync(file, content);
    }
  };
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
