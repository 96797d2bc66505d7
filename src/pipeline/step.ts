/** One step, from its inputs to its record. */
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { JobFailure, RequestError } from '../errors/types.ts';
import type { StepLayout } from '../runs/layout.ts';
import type { CodeSpec, CommandStep } from '../spec/types.ts';
import { killLineage, lineageOf } from '../workers/lineage.ts';
import { adoptOutputs } from './adopt.ts';
import { type CommandResult, runCommand } from './command-step.ts';
import { emitStatus, type JobContext, outputOf, type StepEnd } from './context.ts';
import { processCount } from './distribution.ts';
import { isSystemError } from './files.ts';
import type { GraphStep } from './graph.ts';
import { bindInputs, checkInput } from './inputs.ts';
import { scoringCode } from './model-task.ts';
import { clearOutput, prepareOutput } from './output-folders.ts';
import { macrosOf } from './outputs.ts';
import { type ParallelGiven, parallelRun } from './parallel-step.ts';
import { hintForMissingModule } from './python.ts';
import { type StepOutput, type StepRecord, writeRecord } from './record.ts';
import { renderCommand, resolver } from './render.ts';
import type { RunStep } from './scope.ts';
import { stageInput } from './stage.ts';
import { stepEnvironment, withNameOrder, withPython } from './step-environment.ts';
import { findFinished, rememberRun } from './step-reuse.ts';

/** The files that a step runs with. */
export function codeOf(step: RunStep): CodeSpec | undefined {
  if (step.type === 'command') return step.code;
  return step.task.type === 'model' ? scoringCode : step.task.code;
}

/** About how many processors the step keeps busy. */
export function slotsOf(step: RunStep): number {
  if (step.type === 'command') return processCount(step.distribution, step.resources.instanceCount);
  return (step.settings.maxConcurrencyPerInstance ?? availableParallelism()) * step.resources.instanceCount;
}

/** Runs a step whose inputs are ready. What goes wrong by the user's doing is the step's end, not an error. */
export async function runStep(node: GraphStep, context: JobContext): Promise<StepEnd> {
  const { emit } = context.control;
  emitStatus(emit, node.name, 'Preparing');
  try {
    const end = await prepareAndRun(node, context);
    switch (end.kind) {
      case 'interrupted':
        record(node, context, { status: 'Canceled' });
        emitStatus(emit, node.name, 'Canceled');
        return { kind: 'interrupted' };
      case 'failed':
        return fail(node, context, end.error, 'exitCode' in end ? end.exitCode : undefined);
      case 'reused':
        finish(node, context, end.outputs);
        record(node, context, { status: 'Completed', outputs: end.outputs, reusedFrom: end.from });
        emitStatus(emit, node.name, 'Completed', { reusedFrom: end.from });
        return { kind: 'completed' };
      case 'completed': {
        const more = end.exitCode === undefined ? {} : { exitCode: end.exitCode };
        emitStatus(emit, node.name, 'Finalizing');
        finish(node, context, stepOutputs(node, context));
        record(node, context, { status: 'Completed', ...more });
        emitStatus(emit, node.name, 'Completed', more);
        return { kind: 'completed' };
      }
    }
  } catch (error) {
    if (error instanceof JobFailure || error instanceof RequestError) return fail(node, context, error.message, undefined);
    if (isSystemError(error)) return fail(node, context, `The step could not go on: ${error.message}.`, undefined);
    throw error;
  }
}

function fail(node: GraphStep, context: JobContext, error: string, exitCode: number | undefined): StepEnd {
  const more = exitCode === undefined ? {} : { exitCode };
  emitStatus(context.control.emit, node.name, 'Failed', { error, ...more });
  try {
    record(node, context, { status: 'Failed', ...more });
  } catch (cause) {
    // On a full disk too the step has failed; without a record it is run again on resume, as with one.
    if (!isSystemError(cause)) throw cause;
  }
  return { kind: 'failed', error };
}

type RunEnd =
  | { readonly kind: 'completed'; readonly exitCode?: number }
  | { readonly kind: 'reused'; readonly from: string; readonly outputs: Readonly<Record<string, StepOutput>> }
  | Exclude<CommandResult, { kind: 'completed' }>;

async function prepareAndRun(node: GraphStep, context: JobContext): Promise<RunEnd> {
  const { job, assets, control } = context;
  const layout = job.layout.step(node.name);
  const outputs = context.outputs.get(node.name) ?? [];
  const bound = bindInputs(node, outputOf(context), assets, macrosOf(context.facts));
  // An output may be what an input names: made by this very step.
  for (const output of outputs) prepareOutput(output);
  for (const input of bound) checkInput(input);
  const inputs = await Promise.all(bound.map((input) => stageInput(input, layout, control.kill)));
  const finding = await findFinished(node, context, inputs);
  if (finding?.decision.kind === 'reused' && finding.match !== undefined) {
    const adopted = adoptOutputs(finding.match, outputs);
    rememberRun(context, finding, adopted, Date.now());
    return { kind: 'reused', from: finding.decision.from, outputs: adopted };
  }
  // A parallel step carries on from its ledger, so what it wrote before still counts.
  if (node.step.type === 'command') for (const output of outputs) clearOutput(output);
  mkdirSync(layout.logs, { recursive: true });
  record(node, context, { status: 'Running' });
  emitStatus(control.emit, node.name, 'Running');
  const began = Date.now();
  const end = await runPrepared(node, context, { layout, inputs, outputs }).finally(() => killLineage(lineageOf(job.name, node.name)));
  if (end.kind === 'completed' && finding !== undefined) rememberRun(context, finding, stepOutputs(node, context), began);
  return end;
}

async function runPrepared(
  node: GraphStep,
  context: JobContext,
  prepared: Pick<ParallelGiven, 'layout' | 'inputs' | 'outputs'>,
): Promise<RunEnd> {
  const { job, assets, control, interpreter, facts } = context;
  const { step } = node;
  const resolve = resolver({ node, ...prepared, outputOf: outputOf(context), assets, macros: macrosOf(facts) });
  const { experimentName } = facts;
  const identity = { job: job.name, step: node.name, ...(experimentName === undefined ? {} : { experimentName }) };
  const folders = prepared.inputs.flatMap((input) => (input.kind === 'data' ? [input.path] : []));
  const environmentVariables = withNameOrder(stepEnvironment(identity, step.environmentVariables, resolve), folders);
  const missingModuleHint = interpreter === undefined ? undefined : await hintForMissingModule(step, assets, interpreter);
  const given = {
    ...{ node, ...prepared, resolve, environmentVariables, assets },
    ...(interpreter === undefined ? {} : { interpreter }),
    ...(missingModuleHint === undefined ? {} : { missingModuleHint }),
    ...(job.limit === undefined ? {} : { limit: job.limit }),
  };
  if (step.type === 'command') return runCommandStep(step, given, context);
  const { runParallelStep } = await import('../parallel/run.ts');
  return runParallelStep(parallelRun({ ...given, step }), control);
}

function runCommandStep(step: CommandStep, given: Omit<ParallelGiven, 'step'>, { control }: JobContext): Promise<RunEnd> {
  const { layout, resolve, interpreter, missingModuleHint, environmentVariables } = given;
  const shims = join(layout.directory, 'bin');
  const variables = interpreter === undefined ? environmentVariables : withPython(environmentVariables, interpreter.python, shims);
  return runCommand(
    {
      step,
      command: renderCommand(step.command, resolve),
      workingDirectory: layout.code,
      // Lines of a running script are in its log at once.
      environmentVariables: { PYTHONUNBUFFERED: '1', ...variables },
      logs: layout.logs,
      ...(missingModuleHint === undefined ? {} : { missingModuleHint }),
    },
    control.kill,
  );
}

/** What becomes of the outputs of a step that has completed. */
function finish(node: GraphStep, context: JobContext, outputs: Readonly<Record<string, StepOutput>>): void {
  const layout = context.job.layout.step(node.name);
  for (const output of context.outputs.get(node.name) ?? []) {
    if (output.path === layout.artifacts) collectArtifacts(layout);
    const path = outputs[output.name]?.path;
    if (output.register === undefined || path === undefined) continue;
    const asset = { kind: 'data' as const, type: output.type, path, tags: {}, ...output.register };
    const { version } = context.assets.register(asset);
    context.control.emit({
      type: 'notice',
      level: 'info',
      step: node.name,
      message: `The output ${output.name} is registered as azureml:${output.register.name}:${version}.`,
    });
  }
}

/** A step's artifacts are its `./outputs` too. */
function collectArtifacts(layout: StepLayout): void {
  const written = join(layout.code, 'outputs');
  if (!existsSync(written) || readdirSync(written).length === 0) return;
  cpSync(written, join(layout.artifacts, 'outputs'), { recursive: true, dereference: true });
}

function record(node: GraphStep, context: JobContext, change: Pick<StepRecord, 'status'> & Partial<StepRecord>): void {
  const written: StepRecord = { outputs: stepOutputs(node, context), ...change };
  writeRecord(context.job.layout.step(node.name).record, written);
  context.records.set(node.name, written);
}

function stepOutputs(node: GraphStep, context: JobContext): Readonly<Record<string, StepOutput>> {
  const outputs = context.outputs.get(node.name) ?? [];
  return Object.fromEntries(outputs.map(({ name, type, path }) => [name, { type, path }]));
}
