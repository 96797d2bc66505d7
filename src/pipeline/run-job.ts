/** Runs a job: its steps in the order that their data asks for, independent ones at the same time. */
import { LastingError } from '../errors/types.ts';
import type { ProcessContext } from '../os/process-context.ts';
import type { RunControl } from '../parallel/types.ts';
import type { AssetRegistry } from '../store/assets.ts';
import { claimPlaces, releasePlaces } from '../store/claims.ts';
import { variablesFor } from './compute.ts';
import { emitStatus, type Job, type JobContext, type PreparedJob, type RunnableJob, type StepEnd } from './context.ts';
import { equip } from './equip.ts';
import { groupTracker } from './graph/groups.ts';
import type { GraphStep } from './graph/step-graph.ts';
import { placesOf, prepareJob } from './prepare.ts';
import type { Reuse, ReuseRules } from './reuse/reuse.ts';
import { runStep, slotsOf } from './steps/step.ts';
import { tellAgain } from './steps/tell-again.ts';
import { dropCopies } from './steps/upload.ts';

export interface JobEnd {
  readonly status: 'Completed' | 'Failed' | 'Canceled';
  readonly error?: string;
}

/**
 * Runs the job to its end, or carries on where an earlier run of it stopped: steps that completed are not run again,
 * parallel steps go on from their ledgers.
 * @throws RequestError before anything has started, when something that the job names is not there or can not be written.
 */
export async function runJob(here: ProcessContext, job: Job, assets: AssetRegistry, control: RunControl): Promise<JobEnd> {
  const prepared = await unlessStopped(control, () => prepareJob(here, job, assets, control));
  if (prepared === undefined) return { status: 'Canceled' };
  claimPlaces(placesOf(prepared), job);
  try {
    const found = await equipped(job, prepared);
    return found.kind === 'equipped' ? await runPrepared(job, found.context) : found.end;
  } finally {
    releasePlaces(job);
  }
}

type Equipped = { readonly kind: 'equipped'; readonly context: RunnableJob } | { readonly kind: 'ended'; readonly end: JobEnd };

async function equipped(job: Job, prepared: PreparedJob): Promise<Equipped> {
  const { control, graph, records } = prepared;
  const open = [...graph.steps.keys()].filter((step) => records.get(step)?.status !== 'Completed');
  const equipment = await unlessStopped(control, () => equip(open, prepared, AbortSignal.any([control.drain, control.kill])));
  if (equipment === undefined) return { kind: 'ended', end: { status: 'Canceled' } };
  if (equipment.kind === 'made')
    return { kind: 'equipped', context: { ...prepared, interpreters: equipment.interpreters, images: equipment.images } };
  const { step, error } = equipment;
  emitStatus(control.emit, step, 'Failed', { error: error.message, ...(error instanceof LastingError && { lasting: true }) });
  return { kind: 'ended', end: judge(job, new Map([[step, { kind: 'failed', error: error.message }]])) };
}

async function runPrepared(job: Job, prepared: RunnableJob): Promise<JobEnd> {
  const { control } = prepared;
  const reuse = job.spec.standalone ? undefined : await reuseOf(job, prepared);
  const context: RunnableJob = reuse === undefined ? prepared : { ...prepared, reuse };
  let end: JobEnd | undefined;
  try {
    control.emit({ type: 'job_status', status: 'Running' });
    tellAgain(context);
    for (const step of context.graph.steps.keys()) {
      if (!isCompleted(context, step)) emitStatus(control.emit, step, 'NotStarted');
    }
    end = judge(job, await runSteps(context));
    return end;
  } finally {
    // Who wants everything killed now does not wait for what would only save time later.
    await Promise.race([Promise.all(context.afterwards), aborted(control.kill)]);
    reuse?.close();
    if (end?.status === 'Completed') dropCopies(context.graph.steps.keys(), context);
  }
}

/** Undefined: it was asked to stop, and did. */
async function unlessStopped<Result>({ drain, kill }: RunControl, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if ((drain.aborted && thrown === drain.reason) || (kill.aborted && thrown === kill.reason)) return undefined;
    throw thrown;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function reuseOf({ name, home, portion, forceRerun, spec }: Job, context: JobContext): Promise<Reuse> {
  const { openReuse } = await import('./reuse/reuse.ts');
  const rules: ReuseRules = { job: name, limited: portion !== undefined, forceRerun: forceRerun === true || spec.settings.forceRerun };
  return openReuse(home, rules, async (address) => (await import('./reuse/far-state.ts')).stateAt(address, context));
}

function isCompleted({ records }: JobContext, step: string): boolean {
  return records.get(step)?.status === 'Completed';
}

async function runSteps(context: RunnableJob): Promise<ReadonlyMap<string, StepEnd>> {
  const { here, graph, control, job } = context;
  const groups = groupTracker(graph, control.emit, (group) => job.told?.steps[group]?.status === 'Completed');
  const running = new Map<string, Promise<StepEnd>>();
  let firstFailed: string | undefined;

  const mayNotStart = (): string | undefined => {
    if (control.kill.aborted || control.drain.aborted) return 'the job was canceled';
    if (firstFailed === undefined || job.spec.settings.continueOnStepFailure) return undefined;
    return `step ${firstFailed} failed, and continue_on_step_failure is not set`;
  };

  const runNode = async (node: GraphStep): Promise<StepEnd> => {
    if (isCompleted(context, node.name)) return { kind: 'completed' };
    const because = await waitFor(node, running);
    if (because !== undefined) return { kind: 'skipped', because };
    emitStatus(control.emit, node.name, 'Queued');
    return here.capacity.with(slotsOf(node, variablesFor(node, job.spec, here.environmentVariables)), async () => {
      const stopped = mayNotStart();
      if (stopped !== undefined) return { kind: 'skipped', because: stopped };
      groups.started(node.name);
      return runStep(node, context);
    });
  };

  for (const node of graph.steps.values()) {
    const run = async () => {
      const end = await runNode(node);
      if (end.kind === 'failed') firstFailed ??= node.name;
      if (end.kind === 'skipped') emitStatus(control.emit, node.name, 'NotStarted', { skippedBecause: end.because });
      groups.ended(node.name, end);
      return end;
    };
    running.set(node.name, run());
  }
  // Each step comes to its end, also beside one that broke us, so that no process is left behind.
  await Promise.allSettled(running.values());
  const ends = await Promise.all([...running].map(async ([name, end]) => [name, await end] as const));
  return new Map(ends);
}

/** Waits for the steps whose outputs are read; a reason when one of them did not complete. */
async function waitFor(node: GraphStep, running: ReadonlyMap<string, Promise<StepEnd>>): Promise<string | undefined> {
  const ends = await Promise.all(node.after.map(async (name) => [name, await running.get(name)] as const));
  for (const [name, end] of ends) {
    if (end?.kind === 'completed') continue;
    return end?.kind === 'failed' ? `step ${name}, whose output it needs, failed` : `step ${name}, whose output it needs, did not run`;
  }
  return undefined;
}

function judge(job: Job, ends: ReadonlyMap<string, StepEnd>): JobEnd {
  const failures = [...ends].flatMap(([name, end]) => (end.kind === 'failed' ? [{ name, error: end.error }] : []));
  const [first] = failures;
  if (first !== undefined) {
    if (job.spec.standalone) return { status: 'Failed', error: first.error };
    const others = failures.length === 1 ? '' : ` (${failures.length} of ${ends.size} steps failed)`;
    return { status: 'Failed', error: `Step ${first.name} failed${others}: ${first.error}` };
  }
  const complete = [...ends.values()].every((end) => end.kind === 'completed');
  return { status: complete ? 'Completed' : 'Canceled' };
}
