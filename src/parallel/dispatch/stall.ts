/** When a step has come to a standstill. Pure. */
import type { ParallelSettings } from '../../language/types.ts';

export interface Standstill {
  /** Seconds in which nothing happened, and the setting that says so. */
  readonly seconds: number;
  readonly setting: string;
}

/**
 * Undefined while all is well.
 * @param began when the step began, and `progressed` when its last mini-batch ended or its first was handed out; milliseconds of one clock
 */
export function standstill(
  now: number,
  began: number,
  progressed: number | undefined,
  { timeout, maxRetries, predefined }: Pick<ParallelSettings, 'timeout' | 'maxRetries' | 'predefined'>,
): Standstill | undefined {
  // Derived: what the worst mini-batch may take in all its attempts, and a minute.
  const worst = (timeout + predefined.taskOverheadTimeout) * (maxRetries + 1) + 60;
  const [since, seconds, setting] =
    progressed === undefined
      ? ([began, predefined.firstTaskCreationTimeout, '--first_task_creation_timeout'] as const)
      : ([progressed, predefined.progressUpdateTimeout ?? worst, '--progress_update_timeout'] as const);
  return now - since > seconds * 1000 ? { seconds, setting } : undefined;
}
