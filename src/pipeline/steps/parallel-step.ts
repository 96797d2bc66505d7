/** From a parallel step and what it was given to a run of the parallel engine. */
import { basename, dirname, join } from 'node:path';
import type { FarRows } from '../../data/upload/far-rows.ts';
import { scriptArguments } from '../../language/arguments/bind.ts';
import { windowOf } from '../../language/portion.ts';
import type { ClusterRun, FailedItemsPlace, ParallelOutput, ParallelRun } from '../../parallel/types.ts';
import type { BoundStep } from '../bind/bound-step.ts';
import { fileIn, openFarOutput } from '../bind/far-output.ts';
import { type BoundOutput, type FarPlace, rowsFile } from '../bind/outputs.ts';
import { type ParallelNode, splitOf, workersOf } from '../bind/split.ts';
import { codeHashes } from '../code/edited-code.ts';
import { modelArguments, scoringScript } from '../code/model-task.ts';
import type { StepPython } from '../code/python.ts';
import { clusterOf, variablesFor } from '../compute.ts';
import type { EquippedJob } from '../context.ts';
import { isRead } from './upload.ts';

/** What the step runs with, or would: for whoever runs it, and whoever looks at a part of it again. */
export function parallelRun(node: ParallelNode, bound: BoundStep, context: EquippedJob): ParallelRun {
  const { here, job, assets, interpreters } = context;
  const { name, step } = node;
  const { task } = step;
  const { layout, resolve, environmentVariables, container, missingModuleHint } = bound;
  const output = parallelOutput(node, bound, context);
  const place = clusterOf(node, job.spec, here.environmentVariables);
  const inherited = variablesFor(node, job.spec, here.environmentVariables);
  return {
    step: name,
    directory: layout.directory,
    workingDirectory: layout.code,
    codeHashes: codeHashes(layout),
    entryScript: task.type === 'run_function' ? task.entryScript : scoringScript,
    arguments: [
      ...(task.type === 'model' ? modelArguments(task, { resolve, assets }) : []),
      ...scriptArguments(task.programArguments, (reference) => resolve(reference)?.text),
    ],
    ...splitOf(step, bound.inputs, windowOf(job.portion, name)),
    ...workersOf(step, environmentVariables),
    environmentVariables,
    interpreter: interpreters.get(name) ?? { python: 'python3' },
    ...(container !== undefined && { container }),
    reaper: here.reaper,
    ...(place !== undefined && {
      cluster: { place, what: `${job.name}, step ${name}`, inherited, ...pythonOn(context.pythons.get(name)) },
    }),
    ...(missingModuleHint !== undefined && { missingModuleHint }),
    output,
    failedItems: failedItemsPlace(node, output, bound, context),
    sync: here.environmentVariables.PARALLELRUN_SYNC !== 'off',
  };
}

/** What another machine must have of it. */
function pythonOn(python: StepPython | undefined): Pick<ClusterRun, 'python'> {
  switch (python?.kind) {
    case undefined:
      return {};
    case 'system':
      return { python: { version: python.interpreter.version } };
    case 'venv':
      return { python: { version: python.base.version, packages: python.recipe.wishes.map(({ line }) => line) } };
  }
}

function parallelOutput(node: ParallelNode, { outputs, layout }: BoundStep, context: EquippedJob): ParallelOutput {
  const { appendRowTo } = node.step.task;
  const rows = outputs.find((output) => output.name === appendRowTo);
  if (rows !== undefined) {
    const file = rowsFile(node, rows);
    // Who reads them next reads them here.
    if (rows.far === undefined) return { kind: 'append_row', file };
    const { address } = fileIn(rows, rows.far, file);
    if (isRead(node.name, context)) return { kind: 'append_row', file, address };
    return { kind: 'append_row', file, address, far: farRows(file, rows, rows.far, layout.uploads, context) };
  }
  const [first] = outputs;
  if (first === undefined) return { kind: 'summary_only', directory: layout.artifacts };
  return { kind: 'summary_only', directory: first.isFile ? dirname(first.path) : first.path };
}

function farRows(file: string, output: BoundOutput, far: FarPlace, uploads: string, { here, control }: EquippedJob): FarRows {
  return {
    output: output.name,
    open: () => openFarOutput(far, here.environmentVariables),
    key: fileIn(output, far, file).key,
    path: basename(file),
    notes: join(uploads, output.name),
    signal: control.kill,
  };
}

/**
 * Beside the output; but in the step's own folder where another step of the job reads the folder that this would be in. With the step's
 * name where another step writes to the same folder.
 */
function failedItemsPlace(
  { name }: ParallelNode,
  output: ParallelOutput,
  { outputs, layout }: BoundStep,
  { graph, outputs: all }: EquippedJob,
): FailedItemsPlace {
  const beside = output.kind === 'append_row' ? dirname(output.file) : output.directory;
  const isRead =
    outputs.some(({ isFile, path }) => !isFile && path === beside) && [...graph.steps.values()].some(({ after }) => after.includes(name));
  const folder = isRead ? layout.directory : beside;
  const isShared = [...all].some(
    ([other, theirs]) => other !== name && theirs.some(({ isFile, path }) => (isFile ? dirname(path) : path) === folder),
  );
  const prefix = isShared ? `${name}.` : '';
  return { list: join(folder, `${prefix}failed_items.jsonl`), badRows: join(folder, `${prefix}bad_rows`) };
}
