/**
 * Where a step's run is between its beginning and its end, and what brings it on. Pure: `next` is the only place that decides
 * on the end, and the acts that it asks for are the only way in which the end comes about.
 */

export type Phase =
  | { readonly kind: 'running'; readonly planned: boolean }
  /** Asked to stop: running attempts finish, no others begin. */
  | { readonly kind: 'draining'; readonly planned: boolean }
  /** How it ends is decided; workers are leaving. Past `stopBy` (the clock's `now`) those that are left are killed. */
  | { readonly kind: 'ending'; readonly ending: Ending; readonly stopBy: number }
  /** No worker lives. */
  | { readonly kind: 'closed'; readonly ending: Ending };

export type Ending =
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly error: string }
  /** Drained or killed on request. */
  | { readonly kind: 'interrupted' }
  /** A mistake of ours. */
  | { readonly kind: 'broken'; readonly cause: unknown };

export type StepEvent =
  /** The input is cut to its end. */
  | { readonly kind: 'planned' }
  /** Nobody works on anything, or a worker is gone. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'broken'; readonly cause: unknown }
  | { readonly kind: 'drain' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'tick' };

/** How things stand at the moment of an event. */
export interface Facts {
  /** By the clock. */
  readonly now: number;
  /** Mini-batches that are cut and not final. */
  readonly open: number;
  /** Mini-batches at workers. */
  readonly underWay: number;
  /** Workers that live. */
  readonly workers: number;
  /** Milliseconds that workers get to leave. */
  readonly grace: number;
  /** Why a step whose mini-batches are all final has failed all the same, if it has. */
  readonly fruitless: string | undefined;
}

export type Act =
  | 'stop_planning'
  /** No further mini-batch is handed out, and what is only being read is taken back. */
  | 'drain_workers'
  /** Workers leave when they have finished what they have. */
  | 'dismiss_workers'
  | 'kill_workers'
  /** Nothing of the step is left running. */
  | 'close';

export interface Step {
  readonly phase: Phase;
  /** In this order. */
  readonly acts: readonly Act[];
}

export const beginning: Phase = { kind: 'running', planned: false };

export function next(phase: Phase, event: StepEvent, facts: Facts): Step {
  switch (phase.kind) {
    case 'running':
    case 'draining':
      return goOn(phase, event, facts);
    case 'ending':
      return comeToEnd(phase, event, facts);
    case 'closed':
      return stay(phase);
  }
}

type Going = Extract<Phase, { kind: 'running' | 'draining' }>;

function goOn(phase: Going, event: StepEvent, facts: Facts): Step {
  switch (event.kind) {
    case 'failed':
    case 'broken':
      return end(event, 'kill_workers', facts);
    case 'kill':
      return end({ kind: 'interrupted' }, 'kill_workers', facts);
    case 'drain': {
      if (phase.kind === 'draining') return stay(phase);
      const { phase: drained, acts } = settle({ ...phase, kind: 'draining' }, facts);
      return { phase: drained, acts: ['stop_planning', 'drain_workers', ...acts.filter((act) => act !== 'stop_planning')] };
    }
    case 'planned':
      return settle({ ...phase, planned: true }, facts);
    case 'settled':
      return settle(phase, facts);
    case 'tick':
      return stay(phase);
  }
}

/** Whether there is anything left to wait for. */
function settle(phase: Going, facts: Facts): Step {
  if (facts.underWay > 0) return stay(phase);
  if (phase.planned && facts.open === 0) {
    return facts.fruitless === undefined
      ? end({ kind: 'completed' }, 'dismiss_workers', facts)
      : end({ kind: 'failed', error: facts.fruitless }, 'kill_workers', facts);
  }
  return phase.kind === 'draining' ? end({ kind: 'interrupted' }, 'dismiss_workers', facts) : stay(phase);
}

function end(ending: Ending, workers: 'dismiss_workers' | 'kill_workers', { now, grace, workers: living }: Facts): Step {
  const acts: readonly Act[] = ['stop_planning', workers];
  if (living === 0) return { phase: { kind: 'closed', ending }, acts: [...acts, 'close'] };
  return { phase: { kind: 'ending', ending, stopBy: now + grace }, acts };
}

/** The first reason to end is the one that is told; but what our own mistake has touched is not called completed. */
function comeToEnd(phase: Extract<Phase, { kind: 'ending' }>, event: StepEvent, facts: Facts): Step {
  const breaks = event.kind === 'broken' && phase.ending.kind === 'completed';
  const ending: Ending = breaks ? event : phase.ending;
  const kills = event.kind === 'kill' || event.kind === 'broken' || facts.now > phase.stopBy;
  const acts: readonly Act[] = kills && facts.workers > 0 ? ['kill_workers'] : [];
  if (facts.workers === 0) return { phase: { kind: 'closed', ending }, acts: [...acts, 'close'] };
  return { phase: breaks ? { ...phase, ending } : phase, acts };
}

function stay(phase: Phase): Step {
  return { phase, acts: [] };
}
