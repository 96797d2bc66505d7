/**
 * How a job stands, by what lies in its folder. Events tell how it came there; where one is missing or damaged (a coordinator that was
 * killed between a fact and its telling), the facts decide.
 */
import { foldAll, isFinal, type JobState, type StepState } from '../events/fold.ts';
import { readEvents } from '../events/read.ts';
import type { Status } from '../events/types.ts';
import { finishedRun } from '../parallel/record/state-files.ts';
import { readRecord, type StepRecord } from '../pipeline/steps/record.ts';
import { readEnding } from '../store/job-folder.ts';
import type { JobLayout } from '../store/layout.ts';
import { liveCoordinator } from './coordinator.ts';

export interface PresentState {
  readonly state: JobState;
  /** The status that holds now: `NotResponding` when nobody is there to bring it to an end. */
  readonly status: Status;
}

/** @param steps those whose own facts are asked too, by full name */
export async function presentState(layout: JobLayout, steps: Iterable<string> = []): Promise<PresentState> {
  // Asked before reading: what a coordinator wrote just before it ended is still read.
  const alive = liveCoordinator(layout) !== undefined;
  const told = await foldAll(readEvents(layout.events));
  if (alive) return { state: told, status: told.status };
  const state = withEnding(withSteps(told, layout, steps), layout);
  const abandoned = state.status !== 'NotStarted' && !isFinal(state.status);
  return { state, status: abandoned ? 'NotResponding' : state.status };
}

function withEnding(told: JobState, layout: JobLayout): JobState {
  const ending = readEnding(layout);
  if (ending === undefined || told.status === ending.status) return told;
  const { status, error, ended } = ending;
  const { error: _error, ...rest } = told;
  return { ...rest, status, ended, ...(error !== undefined && { error }) };
}

function withSteps(told: JobState, layout: JobLayout, steps: Iterable<string>): JobState {
  const settled = [...steps].flatMap((name): readonly (readonly [string, StepState])[] => {
    const step = Object.hasOwn(told.steps, name) ? told.steps[name] : undefined;
    if (step !== undefined && isFinal(step.status)) return [];
    const record = readRecord(layout.step(name).record);
    return record === undefined || record.status === 'Running' ? [] : [[name, settle(name, step, record, layout)]];
  });
  const status = told.status === 'NotStarted' && settled.length > 0 ? 'Running' : told.status;
  return { ...told, status, steps: { ...told.steps, ...Object.fromEntries(settled) } };
}

function settle(name: string, step: StepState | undefined, record: StepRecord, layout: JobLayout): StepState {
  const finished = record.status === 'Completed' && record.reusedFrom === undefined ? finishedRun(layout.step(name).state) : undefined;
  return {
    ...(step ?? { name, workersLost: 0 }),
    status: record.status,
    workers: 0,
    running: [],
    ...(record.exitCode !== undefined && { exitCode: record.exitCode }),
    ...(record.reusedFrom !== undefined && { reusedFrom: record.reusedFrom }),
    ...(finished !== undefined && { summary: finished.summary, miniBatches: finished.summary.miniBatches, items: finished.summary.items }),
  };
}
