/** What can be known to fail before a job is stored: inputs that are not there, or cannot be split as the job asks for. */
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Problem, RequestError } from '../errors/types.ts';
import type { DataType, InputValue, JobSpec } from '../language/types.ts';
import { jobFacts, macrosOf } from '../pipeline/bind/facts.ts';
import { type BoundInput, bindInput, type Known } from '../pipeline/bind/inputs.ts';
import { locate } from '../pipeline/bind/locate.ts';
import { isParallel, type ParallelNode, splitOf } from '../pipeline/bind/split.ts';
import { type StagedInput, stagedAt } from '../pipeline/bind/stage.ts';
import { inputSource, stepsBehind } from '../pipeline/graph/scope.ts';
import { buildGraph } from '../pipeline/graph/step-graph.ts';
import type { AssetResolver } from '../store/assets.ts';
import { type Holder, holderOf, placeOf } from './problem-place.ts';
import { flattenSteps } from './steps.ts';

/** @throws RequestError with all inputs of the job and its steps that name a missing path, an unregistered asset, or a folder for a file. */
export function checkInputs(spec: JobSpec, assets: AssetResolver): void {
  const problems = missingInputs(spec, assets);
  if (problems.length > 0) throw new RequestError(problems);
}

/** All inputs of the job and its steps that name a missing path, an unregistered asset, or a folder for a file. */
export function missingInputs(spec: JobSpec, assets: AssetResolver): readonly Problem[] {
  return [
    ...inputProblems(spec.standalone ? {} : spec.inputs, { path: [], file: spec.source }, assets),
    ...[...flattenSteps(spec)].flatMap(([name, step]) => inputProblems(step.inputs, holderOf(spec, name, step), assets)),
  ];
}

/** What planning would refuse of the inputs that are on this machine already; those that steps make are planned when these have ended. */
export async function unfitInputs(spec: JobSpec, assets: AssetResolver): Promise<readonly Problem[]> {
  const known = { outputOf: () => undefined, assets, macros: macrosOf(jobFacts(spec.name ?? '', spec)) };
  const found: Problem[] = [];
  for (const node of [...buildGraph(spec).steps.values()].filter(isParallel)) {
    for (const problem of await refusedBy(node, known)) {
      const holder = holderOf(spec, node.name, node.step);
      found.push(problem.file === undefined ? { ...problem, ...placeOf(holder, keyOf(problem, node.step)) } : problem);
    }
  }
  return found;
}

/** The same of a job that has mistakes, which are told: as far as it can be looked at. */
export async function unfitInputsOfDraft(draft: JobSpec, assets: AssetResolver): Promise<readonly Problem[]> {
  try {
    return await unfitInputs(draft, assets);
  } catch {
    // Whatever it stumbles over follows from a mistake that is told.
    return [];
  }
}

async function refusedBy(node: ParallelNode, known: Known): Promise<readonly Problem[]> {
  // Most inputs need nothing laid out, and then it is never made.
  const scratch = join(tmpdir(), `prl-look-${randomUUID()}`);
  try {
    const inputs = await inputsHere(node, known, scratch);
    if (inputs === undefined) return [];
    // Jobs of commands do without.
    const { lookAtSplit } = await import('../parallel/plan/planning.ts');
    await lookAtSplit(splitOf(node.step, inputs, undefined));
    return [];
  } catch (error) {
    if (error instanceof RequestError) return error.problems;
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What is split, where all of it is there; undefined: not all of it is. That it is not there is told by `missingInputs`. */
async function inputsHere(node: ParallelNode, known: Known, scratch: string): Promise<readonly StagedInput[] | undefined> {
  const inputs: StagedInput[] = [];
  for (const name of node.step.settings.inputData) {
    const source = inputSource(node.scope, node.step, name);
    if (source === undefined || stepsBehind(source).length > 0) return undefined;
    const bound = locatable(node, name, known);
    if (bound?.kind !== 'data' || bound.location.kind !== 'local' || !existsSync(bound.location.path)) return undefined;
    if (bound.type === 'mltable' && (await namesAddresses(bound.location.path))) return undefined;
    inputs.push(stagedAt(bound, bound.location.path, scratch));
  }
  return inputs;
}

async function namesAddresses(path: string): Promise<boolean> {
  // YAML's machinery is loaded only for those who use it.
  const { namedAddresses } = await import('../data/mltable/elsewhere.ts');
  return (await namedAddresses(path)).length > 0;
}

function locatable(node: ParallelNode, name: string, known: Known): BoundInput | undefined {
  try {
    return bindInput(node, name, known);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

/** The key that a refusal is about. */
function keyOf({ code }: Problem, { settings }: ParallelNode['step']): readonly string[] {
  if (code === 'unknown-partition-key') return ['partition_keys'];
  return code === 'mini-batch-size' ? ['mini_batch_size'] : ['inputs', settings.inputData[0] ?? ''];
}

function inputProblems(inputs: Readonly<Record<string, InputValue>>, holder: Holder, assets: AssetResolver): readonly Problem[] {
  return Object.entries(inputs).flatMap(([name, value]) =>
    value.kind === 'data'
      ? dataProblems(value.path, value.type, assets).map((problem) => ({ ...problem, ...placeOf(holder, ['inputs', name], ['path']) }))
      : [],
  );
}

function dataProblems(path: string, type: DataType, assets: AssetResolver): readonly Problem[] {
  try {
    const place = locate(path, type, assets);
    // A pattern is matched by who lists the input.
    if (place.kind !== 'local' || /[*?]/.test(place.path)) return [];
    const found = statSync(place.path, { throwIfNoEntry: false });
    if (found === undefined) return [{ code: 'missing-input', message: `${place.path} is not there.` }];
    if (type !== 'uri_file' || !found.isDirectory()) return [];
    const hint = 'Name the file in it, or use the type uri_folder.';
    return [{ code: 'wrong-type', message: `The type is uri_file, and ${place.path} is a folder.`, hint }];
  } catch (error) {
    if (error instanceof RequestError) return error.problems;
    throw error;
  }
}
