/** From a parallel step and what it was given to a run of the parallel engine. */
import { dirname } from 'node:path';
import { JobFailure } from '../../errors/types.ts';
import { scriptArguments } from '../../language/arguments/bind.ts';
import type { ParallelStep } from '../../language/types.ts';
import type { Interpreter, ParallelOutput, ParallelRun } from '../../parallel/types.ts';
import type { AssetResolver } from '../../store/assets.ts';
import type { StepLayout } from '../../store/layout.ts';
import { type BoundOutput, rowsFile } from '../bind/outputs.ts';
import type { Resolve } from '../bind/render.ts';
import type { StagedInput } from '../bind/stage.ts';
import { modelArguments, scoringScript } from '../code/model-task.ts';
import type { MissingModuleHint } from '../code/python.ts';
import type { GraphStep } from '../graph/graph.ts';

export interface ParallelGiven {
  readonly node: GraphStep;
  readonly step: ParallelStep;
  readonly layout: StepLayout;
  readonly inputs: readonly StagedInput[];
  readonly outputs: readonly BoundOutput[];
  readonly resolve: Resolve;
  readonly assets: AssetResolver;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Undefined: nothing of it is written in Python. */
  readonly interpreter?: Interpreter;
  readonly missingModuleHint?: MissingModuleHint;
  readonly limit?: number;
}

export function parallelRun(given: ParallelGiven): ParallelRun {
  const { step, layout, node, limit, missingModuleHint } = given;
  const { task } = step;
  return {
    step: node.name,
    directory: layout.directory,
    workingDirectory: layout.code,
    entryScript: task.type === 'run_function' ? task.entryScript : scoringScript,
    arguments: [
      ...(task.type === 'model' ? modelArguments(task, given) : []),
      ...scriptArguments(task.programArguments, (reference) => given.resolve(reference)?.text),
    ],
    inputs: step.settings.inputData.map((name) => splitInput(given, name)),
    settings: step.settings,
    nodes: step.resources.instanceCount,
    environmentVariables: given.environmentVariables,
    interpreter: given.interpreter ?? { python: 'python3' },
    ...(missingModuleHint === undefined ? {} : { missingModuleHint }),
    output: parallelOutput(given),
    ...(limit === undefined ? {} : { limit }),
  };
}

function splitInput({ inputs, step }: ParallelGiven, name: string): ParallelRun['inputs'][number] {
  const input = inputs.find((candidate) => candidate.name === name);
  if (input === undefined || input.kind !== 'data') {
    const found = input === undefined ? 'it was not given' : `it is the literal ${JSON.stringify(input.value)}`;
    throw new JobFailure({
      code: 'no-input-data',
      message: `The input ${name} is to be split into mini-batches, but ${found}.`,
      hint: 'Give it a file, a folder or an MLTable.',
    });
  }
  const partitionFormat = step.settings.partitionFormats?.[name];
  return { name, type: input.type, path: input.path, ...(partitionFormat === undefined ? {} : { partitionFormat }) };
}

function parallelOutput({ node, step, outputs, layout }: ParallelGiven): ParallelOutput {
  const { appendRowTo } = step.task;
  const rows = outputs.find((output) => output.name === appendRowTo);
  if (rows !== undefined) return { kind: 'append_row', file: rowsFile(node, rows) };
  const [first] = outputs;
  if (first === undefined) return { kind: 'summary_only', directory: layout.artifacts };
  return { kind: 'summary_only', directory: first.isFile ? dirname(first.path) : first.path };
}
