/** Data that lies beside the code: what a job names as its inputs and outputs is read and written where it is, and never copied along. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parsePath } from '../../language/named-paths.ts';
import type { InputValue, JobSpec } from '../../language/types.ts';
import type { BoundOutput } from '../bind/outputs.ts';
import type { StepGraph } from '../graph/step-graph.ts';

/** A smaller file may be a script's own setting that is also an input: it costs nothing to have it at both places. */
const largeFile = 1 << 20;

/** Absolute paths of all outputs, and of inputs that are folders or large files, of all steps of the job: steps often share their code. */
export function dataBeside(spec: JobSpec, graph: StepGraph, outputs: readonly BoundOutput[]): readonly string[] {
  const steps = [...graph.steps.values()];
  const inputs = [spec.inputs, ...steps.map(({ step }) => step.inputs)].flatMap(localPaths);
  const written = outputs.flatMap(({ path, chosen, isFile }) => (chosen ? [path, ...listsIn(isFile ? dirname(path) : path)] : []));
  return [...inputs.filter(isLarge), ...written];
}

/** What the engine itself writes beside an output. */
function listsIn(folder: string): readonly string[] {
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
  return names.filter((name) => /^(?:.*\.)?(?:failed_items\.jsonl|bad_rows)$/.test(name)).map((name) => join(folder, name));
}

function localPaths(inputs: Readonly<Record<string, InputValue>>): readonly string[] {
  return Object.values(inputs).flatMap((value) => {
    const named = value.kind === 'data' ? parsePath(value.path) : undefined;
    return named?.kind === 'local' ? [named.path] : [];
  });
}

function isLarge(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.isDirectory() || stat.size >= largeFile);
}
