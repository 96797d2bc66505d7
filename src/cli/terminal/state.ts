/** Everything that a display knows: the job's jobState and the pace of its steps. Pure. */
import { fold, isFinal, type JobState, newJobState } from '../../events/fold.ts';
import type { JobEvent } from '../../events/types.ts';
import { freshPace, type Pace, resumedPace, withSample } from './pace.ts';

export interface DisplayState {
  readonly jobState: JobState;
  readonly paces: Readonly<Record<string, Pace>>;
}

export const emptyState: DisplayState = { jobState: newJobState, paces: {} };

export function advance(state: DisplayState, event: JobEvent): DisplayState {
  const jobState = fold(state.jobState, event);
  if (jobState === state.jobState) return state;
  const at = Date.parse(event.time);
  switch (event.type) {
    case 'job_status':
      // Paces are of one life of the job.
      return { jobState, paces: jobState.lives === state.jobState.lives ? state.paces : {} };
    case 'step_status': {
      const begins = event.status === 'Running' && !Object.hasOwn(state.paces, event.step);
      const counted = jobState.steps[event.step]?.miniBatches !== undefined;
      return begins && !counted ? { jobState, paces: { ...state.paces, [event.step]: freshPace(at) } } : { ...state, jobState };
    }
    case 'progress': {
      const known = Object.hasOwn(state.paces, event.step) ? state.paces[event.step] : undefined;
      return {
        jobState,
        paces: { ...state.paces, [event.step]: known === undefined ? resumedPace(at, event) : withSample(known, at, event) },
      };
    }
    default:
      return { ...state, jobState };
  }
}

/** Epoch milliseconds at which the job ended, or now. */
export function endOf(jobState: JobState, now: number): number {
  return isFinal(jobState.status) && jobState.ended !== undefined ? Date.parse(jobState.ended) : now;
}
