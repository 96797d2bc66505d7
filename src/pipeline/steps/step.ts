/** Runs one step of a job, from its inputs to what becomes of its outputs. */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environmentKind } from '../../environments/kind.ts';
import { isSystemError } from '../../errors/thrown.ts';
import { LastingError, RequestError } from '../../errors/types.ts';
import type { StepSummary } from '../../events/types.ts';
import type { CodeSpec, CommandStep } from '../../language/types.ts';
import { launcherIn } from '../../launch/settings.ts';
import { factIn, isRecord, readFactFile, writeFactFile } from '../../os/facts.ts';
import { killMarked, stepMark } from '../../os/lineage.ts';
import type { Interpreter } from '../../parallel/types.ts';
import type { StepLayout } from '../../store/layout.ts';
import { isCluster } from '../../workers/cluster/place.ts';
import { type BoundStep, bindStep, inputsAtHand } from '../bind/bound-step.ts';
import { clearOutput, prepareOutput } from '../bind/output-folders.ts';
import { renderCommand } from '../bind/render.ts';
import { expectedWorkers } from '../bind/split.ts';
import { withPythonInside } from '../bind/step-container.ts';
import { withPython } from '../bind/step-environment.ts';
import { scoringCode } from '../code/model-task.ts';
import { computeOf, variablesFor } from '../compute.ts';
import { emitStatus, type JobContext, type RunnableJob, type StepEnd } from '../context.ts';
import type { RunStep } from '../graph/scope.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import type { Finding } from '../reuse/reuse.ts';
import { findFinished, rememberRun } from '../reuse/step-reuse.ts';
import { openTracking } from '../tracking/tracking.ts';
import type { CommandResult } from './command-step.ts';
import { processCount } from './distribution.ts';
import { finishOutputs } from './finish.ts';
import { parallelRun } from './parallel-step.ts';
import { tellParent } from './parent-record.ts';
import { type StepOutput, type StepRecord, writeRecord } from './record.ts';
import { dropCopies, farOutputs, isRead, uploadOutputs } from './upload.ts';

/** The files that a step runs with. */
export function codeOf(step: RunStep): CodeSpec | undefined {
  if (step.type === 'command') return step.code;
  return step.task.type === 'model' ? scoringCode : step.task.code;
}

/** About how many processors of this machine the step keeps busy. @param inherited the environment variables that hold on its compute */
export function slotsOf(node: GraphStep, inherited: Readonly<Record<string, string>>): number {
  const { step } = node;
  if (isCluster(inherited) && (step.type === 'parallel' || launcherIn(inherited).type !== 'manual')) return 1;
  if (step.type === 'command') return processCount(step.distribution, step.resources.instanceCount);
  return expectedWorkers({ ...node, step }, inherited).workers;
}

/** Runs a step whose inputs are ready. What goes wrong by the user's doing is the step's end, not an error. */
export async function runStep(node: GraphStep, context: RunnableJob): Promise<StepEnd> {
  const { emit } = context.control;
  emitStatus(emit, node.name, 'Preparing');
  try {
    const end = await prepareAndRun(node, context);
    switch (end.kind) {
      case 'interrupted':
        return cancel(node, context);
      case 'failed':
        return fail(node, context, end.error, 'exitCode' in end && end.exitCode !== undefined ? { exitCode: end.exitCode } : {});
      case 'reused':
        await finishOutputs(node, context, end.outputs);
        rememberRun(context, end.finding, end.outputs, Date.now());
        record(node, context, { status: 'Completed', outputs: end.outputs, reusedFrom: end.from });
        emitStatus(emit, node.name, 'Completed', { reusedFrom: end.from });
        return { kind: 'completed' };
      case 'completed': {
        const more = end.exitCode === undefined ? {} : { exitCode: end.exitCode };
        emitStatus(emit, node.name, 'Finalizing');
        await uploadOutputs(node.name, context);
        const outputs = stepOutputs(node, context);
        await finishOutputs(node, context, outputs);
        if (end.finding !== undefined && end.isMixed !== true) rememberRun(context, end.finding, outputs, end.began);
        record(node, context, { status: 'Completed', outputs, ...more });
        rmSync(context.job.layout.step(node.name).ran, { force: true });
        if (!isRead(node.name, context)) dropCopies([node.name], context);
        emitStatus(emit, node.name, 'Completed', more);
        return { kind: 'completed' };
      }
    }
  } catch (error) {
    const { kill } = context.control;
    if (kill.aborted && error === kill.reason) return cancel(node, context);
    if (error instanceof LastingError) return fail(node, context, error.message, { lasting: true });
    if (error instanceof RequestError) return fail(node, context, error.message);
    if (isSystemError(error)) return fail(node, context, `The step could not go on: ${error.message}.`);
    throw error;
  }
}

function cancel(node: GraphStep, context: JobContext): StepEnd {
  record(node, context, { status: 'Canceled' });
  emitStatus(context.control.emit, node.name, 'Canceled');
  return { kind: 'interrupted' };
}

function fail(
  node: GraphStep,
  context: JobContext,
  error: string,
  how: { readonly exitCode?: number; readonly lasting?: true } = {},
): StepEnd {
  emitStatus(context.control.emit, node.name, 'Failed', { error, ...how });
  try {
    record(node, context, { status: 'Failed', ...(how.exitCode !== undefined && { exitCode: how.exitCode }) });
  } catch (cause) {
    // On a full disk too the step has failed; without a record it is run again on resume, as with one.
    if (!isSystemError(cause)) throw cause;
  }
  return { kind: 'failed', error };
}

type RanEnd =
  | { readonly kind: 'completed'; readonly exitCode?: number /** Its rows are of more than one code. */; readonly isMixed?: true }
  | Exclude<CommandResult, { kind: 'completed' }>;

type PreparedEnd =
  | Exclude<RanEnd, { kind: 'completed' }>
  /** `began`: epoch milliseconds, before anything could be read. */
  | {
      readonly kind: 'completed';
      readonly exitCode?: number;
      readonly isMixed?: true;
      readonly finding: Finding | undefined;
      readonly began: number;
    }
  | { readonly kind: 'reused'; readonly from: string; readonly outputs: Readonly<Record<string, StepOutput>>; readonly finding: Finding };

async function prepareAndRun(node: GraphStep, context: RunnableJob): Promise<PreparedEnd> {
  const { here, job, control } = context;
  const layout = job.layout.step(node.name);
  const outputs = context.outputs.get(node.name) ?? [];
  // An output may be what an input names: made by this very step.
  for (const output of outputs) prepareOutput(output);
  const inputs = await inputsAtHand(node, context);
  const found = await findFinished(node, context, inputs);
  const reused = found === undefined ? undefined : await takeFinished(node, context, found);
  if (reused !== undefined) return reused;
  const finding: Finding | undefined = found?.decision.kind === 'reused' ? { ...found, decision: { kind: 'no_match' } } : found;
  const ran = node.step.type === 'command' ? ranBefore(node, context) : undefined;
  if (ran !== undefined) return { kind: 'completed', ...ran, finding };
  // A parallel step carries on from its ledger, so what it wrote before still counts.
  if (node.step.type === 'command') for (const output of outputs) clearOutput(output);
  mkdirSync(layout.logs, { recursive: true });
  record(node, context, { status: 'Running' });
  emitStatus(control.emit, node.name, 'Running', finding?.notReused === undefined ? {} : { notReused: finding.notReused });
  const began = Date.now();
  try {
    const bound = await bindStep(node, context, inputs);
    const end = await runTracked(node, bound, context);
    if (end.kind !== 'completed') return end;
    if (node.step.type === 'command' && farOutputs(node.name, context).length > 0) writeFactFile(layout.ran, { ...end, began });
    return { ...end, finding, began };
  } finally {
    killMarked(stepMark(here.lineage, layout.directory));
  }
}

type Ran = Pick<Extract<PreparedEnd, { kind: 'completed' }>, 'exitCode' | 'began'>;

/** The command of an earlier life that ended well: what it has written is still here, and only has to go up. */
function ranBefore({ name }: GraphStep, context: RunnableJob): Ran | undefined {
  const isRan = (value: unknown): value is Ran => isRecord(value) && typeof value.began === 'number';
  const ran = factIn(readFactFile(context.job.layout.step(name).ran, isRan));
  return ran === undefined || context.job.fromScratch === true ? undefined : ran;
}

async function runTracked(node: GraphStep, bound: BoundStep, context: RunnableJob): Promise<RanEnd> {
  const tracking = openTracking(node, bound, context);
  let end: RanEnd | undefined;
  try {
    end = await runBound(node, { ...bound, environmentVariables: tracking.environmentVariables }, context);
    return end;
  } finally {
    tracking.close(end?.kind);
  }
}

/** Undefined where there is nothing to be taken, also when that is being deleted just now. */
async function takeFinished(node: GraphStep, context: RunnableJob, finding: Finding): Promise<PreparedEnd | undefined> {
  const { decision, match } = finding;
  if (decision.kind !== 'reused' || match === undefined) return undefined;
  const { adoptedOutputs, adoptOutputs } = await import('../reuse/adopt.ts');
  const places = context.outputs.get(node.name) ?? [];
  const outputs = adoptedOutputs(match, places);
  const writeDown = () => record(node, context, { status: 'Running', outputs, reusedFrom: decision.from });
  if (context.reuse?.take(match, writeDown) !== true) return undefined;
  adoptOutputs(match, places);
  return { kind: 'reused', from: decision.from, outputs, finding };
}

async function runBound(node: GraphStep, bound: BoundStep, context: RunnableJob): Promise<RanEnd> {
  const { job, control } = context;
  const { step } = node;
  if (step.type === 'command') return runCommandStep(node, step, bound, context);
  const { runParallelStep } = await import('../../parallel/run-parallel-step.ts');
  const result = await runParallelStep(parallelRun({ ...node, step }, bound, context), control);
  tellParent(node.name, step, job.layout, result);
  if (result.kind === 'failed') await tellUnpinned(node.name, result.summary, context);
  return result.kind === 'completed' && result.summary.code !== undefined ? { ...result, isMixed: true } : result;
}

/** A package of which the job names no version may be newer than its script. */
async function tellUnpinned(step: string, { errors }: StepSummary, { pythons, here, control }: RunnableJob): Promise<void> {
  const python = pythons.get(step);
  if (python?.kind !== 'venv' || here.environmentVariables.PARALLELRUN_PACKAGES_AS_OF !== undefined) return;
  const { unpinnedHint } = await import('../../environments/venv/unpinned.ts');
  const message = unpinnedHint(
    python.recipe,
    errors.flatMap(({ error }) => error.stack ?? []),
  );
  if (message !== undefined) control.emit({ type: 'notice', level: 'info', step, message });
}

async function runCommandStep(node: GraphStep, step: CommandStep, bound: BoundStep, context: RunnableJob): Promise<RanEnd> {
  const { here, interpreters, control, job } = context;
  const { runCommand } = await import('./command-step.ts');
  const { layout, resolve, missingModuleHint, environmentVariables, container } = bound;
  const interpreter = await commandPython(step, interpreters.get(node.name), layout, environmentVariables);
  const shims = join(layout.directory, 'bin');
  const variables =
    interpreter === undefined || container !== undefined
      ? environmentVariables
      : withPython(environmentVariables, interpreter.python, shims);
  const run = {
    step,
    command: renderCommand(step.command, resolve),
    workingDirectory: layout.code,
    // Lines of a running script are in its log at once.
    environmentVariables: { PYTHONUNBUFFERED: '1', ...variables },
    logs: layout.logs,
    ...(container !== undefined && { container: withPythonInside(container, interpreter?.python) }),
    ...(missingModuleHint !== undefined && { missingModuleHint }),
  };
  const inherited = variablesFor(node, job.spec, here.environmentVariables);
  const settings = launcherIn(inherited);
  if (!isCluster(inherited) || settings.type === 'manual') return runCommand(run, here.reaper, control.kill);
  const { runCommandThere } = await import('./command-there.ts');
  const notice = (level: 'info' | 'warning', message: string) => control.emit({ type: 'notice', level, step: node.name, message });
  const place = {
    settings,
    compute: computeOf(node, job.spec),
    what: `${job.name}, step ${node.name}`,
    directory: layout.directory,
    inherited,
    notice,
  };
  return runCommandThere(run, place, control.kill);
}

/** What the command installs is the step's own, as in a container. */
async function commandPython(
  { command }: CommandStep,
  interpreter: Interpreter | undefined,
  layout: StepLayout,
  { PARALLELRUN_ENVIRONMENT }: Readonly<Record<string, string>>,
): Promise<Interpreter | undefined> {
  if (interpreter === undefined || environmentKind(PARALLELRUN_ENVIRONMENT) === 'system') return interpreter;
  const { installsPackages, makeOverlay } = await import('../../environments/venv/overlay.ts');
  return installsPackages(command) ? { python: await makeOverlay(interpreter.python, join(layout.directory, 'venv')) } : interpreter;
}

function record(node: GraphStep, context: JobContext, change: Pick<StepRecord, 'status'> & Partial<StepRecord>): void {
  const written: StepRecord = { outputs: stepOutputs(node, context), ...change };
  writeRecord(context.job.layout.step(node.name).record, written);
  context.records.set(node.name, written);
}

function stepOutputs(node: GraphStep, context: JobContext): Readonly<Record<string, StepOutput>> {
  const outputs = context.outputs.get(node.name) ?? [];
  const isHere = isRead(node.name, context);
  return Object.fromEntries(
    outputs.map(({ name, type, path, far }) => {
      if (far === undefined) return [name, { type, path }];
      return [name, { type, path, address: far.address, ...(isHere && !far.isDirect && { isHere: true as const }) }];
    }),
  );
}
