/** Notices that a step has come to a standstill. */
import type { ParallelSettings } from '../../language/types.ts';
import { stalled } from '../tell/report.ts';
import type { Crew } from './crew.ts';

/**
 * What to say when nothing has happened for too long; undefined while all is well.
 * @param began when the step began, and `progressed` when its last mini-batch ended or its first was handed out; epoch milliseconds
 */
export function standstill(
  now: number,
  began: number,
  progressed: number | undefined,
  { timeout, maxRetries, predefined }: ParallelSettings,
  crew: Crew,
): string | undefined {
  // Derived: what the worst mini-batch may take in all its attempts, and a minute.
  const worst = (timeout + predefined.taskOverheadTimeout) * (maxRetries + 1) + 60;
  const [since, limit, setting] =
    progressed === undefined
      ? ([began, predefined.firstTaskCreationTimeout, '--first_task_creation_timeout'] as const)
      : ([progressed, predefined.progressUpdateTimeout ?? worst, '--progress_update_timeout'] as const);
  if (now - since <= limit * 1000) return undefined;
  const workers = [...crew.workers].map((worker) => ({ label: worker.slot.label, marker: worker.process.marker() }));
  return stalled(limit, setting, workers, now);
}
