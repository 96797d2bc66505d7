/** Everything that a display knows: the job's view and the pace of its steps. Pure. */
import { emptyView, fold, isFinal, type JobView } from '../../events/fold.ts';
import type { JobEvent } from '../../events/types.ts';
import { freshPace, type Pace, resumedPace, withSample } from './pace.ts';

export interface DisplayState {
  readonly view: JobView;
  readonly paces: Readonly<Record<string, Pace>>;
}

export const emptyState: DisplayState = { view: emptyView, paces: {} };

export function advance(state: DisplayState, event: JobEvent): DisplayState {
  const view = fold(state.view, event);
  if (view === state.view) return state;
  const at = Date.parse(event.time);
  switch (event.type) {
    case 'job_status':
      // Paces are of one life of the job.
      return { view, paces: view.lives === state.view.lives ? state.paces : {} };
    case 'step_status': {
      const begins = event.status === 'Running' && !Object.hasOwn(state.paces, event.step);
      const counted = view.steps[event.step]?.miniBatches !== undefined;
      return begins && !counted ? { view, paces: { ...state.paces, [event.step]: freshPace(at) } } : { ...state, view };
    }
    case 'progress': {
      const known = Object.hasOwn(state.paces, event.step) ? state.paces[event.step] : undefined;
      return { view, paces: { ...state.paces, [event.step]: known === undefined ? resumedPace(at, event) : withSample(known, at, event) } };
    }
    default:
      return { ...state, view };
  }
}

/** Epoch milliseconds at which the job ended, or now. */
export function endOf(view: JobView, now: number): number {
  return isFinal(view.status) && view.ended !== undefined ? Date.parse(view.ended) : now;
}
