/**
 * How a job stands, by what lies in its folder. Events tell how it came there; where one is missing or damaged (a coordinator that was
 * killed between a fact and its telling), the facts decide.
 */
import { foldAll, isFinal, type JobState, newStep, type StepState } from '../events/fold.ts';
import { readEvents } from '../events/read.ts';
import type { Status } from '../events/types.ts';
import type { Step } from '../language/types.ts';
import { finishedRun } from '../parallel/record/state-files.ts';
import { readRecord, type StepRecord } from '../pipeline/steps/record.ts';
import { readEnding } from '../store/job-folder.ts';
import type { JobLayout } from '../store/layout.ts';
import type { RunStore } from '../store/store.ts';
import { liveCoordinator } from './coordinator.ts';
import { flattenSteps } from './steps.ts';

export interface PresentState {
  /** With its last told status: of its events, or of its end as it was written down. */
  readonly state: JobState;
  /** The status that holds now: `Completed` when all steps have, and `NotResponding` when nobody is there to bring it to an end. */
  readonly status: Status;
}

/** @throws RequestError (`unknown-job`) */
export async function presentState(store: RunStore, name: string): Promise<PresentState> {
  const layout = store.layout(store.jobs.get(name).name);
  // Asked before reading: what a coordinator wrote just before it ended is still read.
  const alive = liveCoordinator(layout) !== undefined;
  const told = await foldAll(readEvents(layout.events));
  if (alive) return { state: told, status: told.status };
  const spec = store.jobs.readableSpec(name);
  const steps = spec === undefined ? new Map<string, Step>() : flattenSteps(spec);
  const state = withEnding(withSteps(told, layout, steps), layout);
  return { state, status: statusOf(state, steps) };
}

function statusOf({ status, steps }: JobState, all: ReadonlyMap<string, Step>): Status {
  if (isFinal(status) || status === 'NotStarted') return status;
  return all.size > 0 && [...all.keys()].every((name) => steps[name]?.status === 'Completed') ? 'Completed' : 'NotResponding';
}

function withEnding(told: JobState, layout: JobLayout): JobState {
  const ending = readEnding(layout);
  if (ending === undefined || told.status === ending.status) return told;
  const { status, error, ended } = ending;
  const { error: _error, ...rest } = told;
  return { ...rest, status, ended, ...(error !== undefined && { error }) };
}

function withSteps(told: JobState, layout: JobLayout, all: ReadonlyMap<string, Step>): JobState {
  const steps: Record<string, StepState> = { ...told.steps };
  for (const [name, { type }] of all) {
    const step = Object.hasOwn(told.steps, name) ? told.steps[name] : undefined;
    const record = type === 'pipeline' || (step !== undefined && isFinal(step.status)) ? undefined : readRecord(layout.step(name).record);
    if (record !== undefined && record.status !== 'Running') steps[name] = settle(name, step, record, layout);
  }
  // A pipeline step has no facts of its own, but for those of the steps inside; these stand behind it.
  for (const [name] of [...all].filter(([, { type }]) => type === 'pipeline').reverse()) {
    const inside = [...all.keys()].filter((each) => each.startsWith(`${name}.`));
    if (!inside.every((each) => steps[each]?.status === 'Completed')) continue;
    steps[name] = { ...(steps[name] ?? newStep(name)), status: 'Completed' };
  }
  const status = told.status === 'NotStarted' && Object.keys(steps).length > 0 ? 'Running' : told.status;
  return { ...told, status, steps };
}

function settle(name: string, step: StepState | undefined, record: StepRecord, layout: JobLayout): StepState {
  const finished = record.status === 'Completed' && record.reusedFrom === undefined ? finishedRun(layout.step(name).state) : undefined;
  return {
    ...(step ?? newStep(name)),
    status: record.status,
    workers: 0,
    running: [],
    ...(record.exitCode !== undefined && { exitCode: record.exitCode }),
    ...(record.reusedFrom !== undefined && { reusedFrom: record.reusedFrom }),
    ...(finished !== undefined && { summary: finished.summary, miniBatches: finished.summary.miniBatches, items: finished.summary.items }),
  };
}
