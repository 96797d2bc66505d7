/** What is told of a step while it runs, and when it has ended. */
import type { EventBody, Status, StepSummary } from '../../events/types.ts';

export type Progress = Omit<Extract<EventBody, { readonly type: 'progress' }>, 'type' | 'step'>;

export interface StepResult {
  readonly status: Status;
  readonly error?: string;
  /** Where the output is. */
  readonly output?: string;
  readonly summary: StepSummary;
}
