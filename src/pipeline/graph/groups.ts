/** The states of nested pipeline steps, which are those of the steps inside. */
import type { Emit, Status } from '../../events/types.ts';
import { emitStatus, type StepEnd } from '../context.ts';
import type { StepGraph } from './step-graph.ts';

export interface GroupTracker {
  /** A step began. */
  started(step: string): void;
  ended(step: string, end: StepEnd): void;
}

/** @param told whether a group's end was told in an earlier run of the job */
export function groupTracker({ groups }: StepGraph, emit: Emit, told: (group: string) => boolean): GroupTracker {
  const ends = new Map<string, StepEnd>();
  const running = new Set<string>();
  const holding = (step: string) => [...groups].filter(([, steps]) => steps.includes(step));
  return {
    started(step) {
      for (const [group] of holding(step)) {
        if (running.has(group)) continue;
        running.add(group);
        emitStatus(emit, group, 'Running');
      }
    },
    ended(step, end) {
      ends.set(step, end);
      for (const [group, steps] of holding(step)) {
        const inside = steps.flatMap((name) => ends.get(name) ?? []);
        // Steps that an earlier run of the job completed say nothing, nor does a pipeline of only such.
        const isNews = running.has(group) || inside.some(({ kind }) => kind !== 'completed') || !told(group);
        if (inside.length === steps.length && isNews) tell(group, inside, emit);
      }
    },
  };
}

function tell(group: string, inside: readonly StepEnd[], emit: Emit): void {
  const failed = inside.find((end) => end.kind === 'failed');
  const skipped = inside.find((end) => end.kind === 'skipped');
  if (failed !== undefined) emitStatus(emit, group, 'Failed', { error: failed.error });
  else if (inside.some((end) => end.kind === 'interrupted')) emitStatus(emit, group, 'Canceled');
  else if (skipped === undefined) emitStatus(emit, group, 'Completed');
  else emitStatus(emit, group, skippedStatus(inside), { skippedBecause: skipped.because });
}

function skippedStatus(inside: readonly StepEnd[]): Status {
  return inside.some((end) => end.kind === 'completed') ? 'Canceled' : 'NotStarted';
}
