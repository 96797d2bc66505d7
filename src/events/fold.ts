/** The present state of a job, folded from its events. Pure; the same for every reader. */
import { kindOf } from './error-kind.ts';
import type {
  CountedError,
  EventBody,
  ItemCounts,
  JobEvent,
  MetricValue,
  MiniBatchCounts,
  RunningAttempt,
  Status,
  StepSummary,
} from './types.ts';

export type AttemptFailure = Extract<EventBody, { readonly type: 'attempt_failed' }>;
export type Notice = { readonly level: 'info' | 'warning'; readonly message: string; readonly step?: string };

export interface StepState {
  readonly name: string;
  readonly status: Status;
  readonly error?: string;
  readonly exitCode?: number;
  /** It failed, and would fail again if the job were resumed. */
  readonly lasting?: true;
  readonly reusedFrom?: string;
  /** Why it ran though an earlier run of it was there. */
  readonly notReused?: string;
  readonly skippedBecause?: string;
  /** ISO 8601: when it was first Preparing or Running in this life of the job, and when it ended. */
  readonly started?: string;
  readonly ended?: string;
  /** Absent for steps that have no mini-batches. */
  readonly miniBatches?: MiniBatchCounts;
  readonly items?: ItemCounts;
  readonly unit?: 'file' | 'row';
  /** Worker processes that finished `init()`, and the longest-running attempts; empty once the step has ended. */
  readonly workers: number;
  readonly running: readonly RunningAttempt[];
  /** Kinds of failed attempts in the order of appearance, as far as they were told one by one; all of them are in the summary. */
  readonly errors: readonly CountedError[];
  /** A worker of it failed while it started. */
  readonly initFailed?: true;
  readonly workersLost: number;
  /** The latest values that its scripts logged, as far as they were told: `prl job show` has all of them. */
  readonly metrics?: Readonly<Record<string, MetricValue>>;
  readonly summary?: StepSummary;
  /** Where the output is, once the step has written it. */
  readonly output?: string;
}

export interface JobState {
  /** Number of the last event folded; an event is folded once. */
  readonly lastEvent: number;
  /** ISO 8601: when that was. */
  readonly lastTime?: string;
  readonly status: Status;
  readonly error?: string;
  /** ISO 8601: when it was started for the first time. */
  readonly firstStarted?: string;
  /** ISO 8601: the first event of this life of the job, and its end. */
  readonly started?: string;
  readonly ended?: string;
  /** What its earlier lives took, in seconds. */
  readonly earlierSeconds: number;
  /** How often the job was started: 1, and one more for each resume. */
  readonly lives: number;
  /** In the order in which they were first heard of. */
  readonly steps: Readonly<Record<string, StepState>>;
  readonly notices: readonly Notice[];
}

/** Notices kept in a state; the log has all of them. */
const maxNotices = 100;

export const newJobState: JobState = { lastEvent: 0, status: 'NotStarted', earlierSeconds: 0, lives: 0, steps: {}, notices: [] };

export function isFinal(status: Status): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Canceled' || status === 'NotResponding';
}

export async function foldAll(events: Iterable<JobEvent> | AsyncIterable<JobEvent>): Promise<JobState> {
  let state = newJobState;
  for await (const event of events) state = fold(state, event);
  return state;
}

/** Whether resuming a job that ended early could help: not where it failed for what would fail again. */
export function canResume({ status, steps }: Pick<JobState, 'status' | 'steps'>): boolean {
  return status !== 'Completed' && !Object.values(steps).some(({ lasting }) => lasting === true);
}

/** The state after one more event. An event that was folded before changes nothing. */
export function fold(state: JobState, event: JobEvent): JobState {
  if (event.n <= state.lastEvent) return state;
  const next: JobState = { ...state, lastEvent: event.n, lastTime: event.time };
  switch (event.type) {
    case 'job_status':
      return foldJobStatus(next, event, state.lastTime);
    case 'notice':
      return { ...next, notices: [...next.notices, noticeOf(event)].slice(-maxNotices) };
    default:
      return { ...next, steps: { ...next.steps, [event.step]: foldStep(stepOf(next, event.step), event) } };
  }
}

function foldJobStatus(state: JobState, event: Extract<JobEvent, { type: 'job_status' }>, before: string | undefined): JobState {
  const { error: _error, ended: _ended, ...rest } = state;
  const begins = !isFinal(event.status) && (state.started === undefined || isFinal(state.status) || hasDied(state.status, event.status));
  return {
    ...rest,
    status: event.status,
    ...(begins
      ? {
          started: event.time,
          firstStarted: state.firstStarted ?? event.time,
          earlierSeconds: state.earlierSeconds + lifetime(state, before),
          lives: state.lives + 1,
          steps: event.fromScratch === true ? {} : revive(state.steps),
        }
      : {}),
    ...(event.error !== undefined && { error: event.error }),
    ...(isFinal(event.status) ? { ended: event.time } : {}),
  };
}

/** A job that runs does not begin again, unless its coordinator died without a word. */
function hasDied(before: Status, now: Status): boolean {
  return (now === 'Queued' || now === 'Preparing') && (before === 'Running' || before === 'Finalizing');
}

/** @param last when the job was last heard of */
function lifetime({ started, ended }: JobState, last: string | undefined): number {
  const end = ended ?? last;
  return started === undefined || end === undefined ? 0 : Math.max(0, Date.parse(end) - Date.parse(started)) / 1000;
}

/** A resumed job starts over with what its steps had reached: those that completed stay, what stopped the others no longer holds. */
function revive(steps: Readonly<Record<string, StepState>>): Readonly<Record<string, StepState>> {
  return Object.fromEntries(
    Object.entries(steps).map(([name, step]) => {
      if (step.status === 'Completed') return [name, step];
      const { miniBatches, items, workersLost } = step;
      return [
        name,
        { ...newStep(name), workersLost, ...(miniBatches !== undefined && { miniBatches }), ...(items !== undefined && { items }) },
      ];
    }),
  );
}

type StepEvent = Exclude<JobEvent, { type: 'job_status' } | { type: 'notice' }>;

function foldStep(step: StepState, event: StepEvent): StepState {
  switch (event.type) {
    case 'step_status':
      return foldStepStatus(step, event);
    case 'progress': {
      const { miniBatches, items, workers, running, unit } = event;
      return { ...step, miniBatches, items, workers, running, ...(unit !== undefined && { unit }) };
    }
    case 'attempt_failed': {
      return { ...step, errors: withError(step.errors, event) };
    }
    case 'init_failed':
      return { ...step, initFailed: true };
    case 'worker_lost':
      return { ...step, workersLost: step.workersLost + 1 };
    case 'metrics':
      return { ...step, metrics: { ...step.metrics, ...event.metrics } };
    case 'step_summary': {
      const { summary, output } = event;
      return { ...step, summary, miniBatches: summary.miniBatches, items: summary.items, ...(output !== undefined && { output }) };
    }
  }
}

function withError(errors: readonly CountedError[], { error, miniBatch, what }: AttemptFailure): readonly CountedError[] {
  const kind = kindOf(error);
  const known = errors.findIndex((each) => kindOf(each.error) === kind);
  return known === -1
    ? [...errors, { error, count: 1, firstMiniBatch: miniBatch, what }]
    : errors.map((each, i) => (i === known ? { ...each, count: each.count + 1 } : each));
}

function foldStepStatus(step: StepState, event: Extract<JobEvent, { type: 'step_status' }>): StepState {
  const {
    error: _error,
    ended: _ended,
    exitCode: _exitCode,
    lasting: _lasting,
    reusedFrom: _from,
    skippedBecause: _skipped,
    ...rest
  } = step;
  const final = isFinal(event.status);
  const begins = step.started === undefined && (event.status === 'Preparing' || event.status === 'Running');
  return {
    ...rest,
    status: event.status,
    ...(begins ? { started: event.time } : {}),
    ...(final ? { ended: event.time, workers: 0, running: [] } : {}),
    ...(event.error !== undefined && { error: event.error }),
    ...(event.exitCode !== undefined && { exitCode: event.exitCode }),
    ...(event.lasting !== undefined && { lasting: event.lasting }),
    ...(event.reusedFrom !== undefined && { reusedFrom: event.reusedFrom }),
    ...(event.notReused !== undefined && { notReused: event.notReused }),
    ...(event.skippedBecause !== undefined && { skippedBecause: event.skippedBecause }),
  };
}

function stepOf(state: JobState, name: string): StepState {
  return Object.hasOwn(state.steps, name) ? (state.steps[name] ?? newStep(name)) : newStep(name);
}

/** A step of which nothing was told. */
export function newStep(name: string): StepState {
  return { name, status: 'NotStarted', workers: 0, running: [], errors: [], workersLost: 0 };
}

function noticeOf(event: Extract<JobEvent, { type: 'notice' }>): Notice {
  const { level, message, step } = event;
  return { level, message, ...(step !== undefined && { step }) };
}
