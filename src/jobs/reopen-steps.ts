/** Steps of a job that has ended are made open again, with all that is made of what they make. */
import { rmSync } from 'node:fs';
import type { JobSpec } from '../language/types.ts';
import { reopenRun } from '../parallel/record/state-files.ts';
import { buildGraph } from '../pipeline/graph/step-graph.ts';
import { readRecord, writeRecord } from '../pipeline/steps/record.ts';
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
  const undo = [
    ...steps.map((step) => reopenRun(layout.step(step).state)),
    ...[...steps, ...following].map((step) => removeRecord(layout.step(step).record)),
  ];
  return {
    undo() {
      for (const each of undo) each();
    },
    forgetFollowing() {
      for (const step of following) rmSync(layout.step(step).state, { recursive: true, force: true });
    },
  };
}

function removeRecord(path: string): () => void {
  const record = readRecord(path);
  rmSync(path, { force: true });
  return () => {
    if (record !== undefined) writeRecord(path, record);
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
