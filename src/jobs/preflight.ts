/** What can be known to fail before a job is stored: inputs that are not there. */
import { existsSync } from 'node:fs';
import { JobFailure, type Problem, RequestError } from '../errors/types.ts';
import { locate } from '../pipeline/locate.ts';
import type { AssetResolver } from '../runs/assets.ts';
import type { DataType, InputValue, JobSpec, SourcePosition, Step } from '../spec/types.ts';
import { flattenSteps } from './steps.ts';

/** @throws RequestError with all inputs of the job and its steps that name a missing path or an unregistered asset. */
export function checkInputs(spec: JobSpec, assets: AssetResolver): void {
  const problems = [
    ...inputProblems(spec.standalone ? {} : spec.inputs, 'inputs', spec.source, undefined, assets),
    ...[...flattenSteps(spec)].flatMap(([name, step]) => stepProblems(spec, name, step, assets)),
  ];
  if (problems.length > 0) throw new RequestError(problems);
}

function stepProblems(spec: JobSpec, name: string, step: Step, assets: AssetResolver): readonly Problem[] {
  const prefix = spec.standalone ? 'inputs' : `jobs.${name.replaceAll('.', '.jobs.')}.inputs`;
  return inputProblems(step.inputs, prefix, spec.source, step.source, assets);
}

function inputProblems(
  inputs: Readonly<Record<string, InputValue>>,
  prefix: string,
  file: string | undefined,
  source: SourcePosition | undefined,
  assets: AssetResolver,
): readonly Problem[] {
  const where = source ?? (file === undefined ? {} : { file });
  return Object.entries(inputs).flatMap(([name, value]) =>
    value.kind === 'data'
      ? dataProblems(value.path, value.type, assets).map((problem) => ({ ...problem, ...where, path: `${prefix}.${name}` }))
      : [],
  );
}

function dataProblems(path: string, type: DataType, assets: AssetResolver): readonly Problem[] {
  try {
    const place = locate(path, type, assets);
    // A pattern is matched by who lists the input.
    if (place.kind === 'web' || /[*?]/.test(place.path) || existsSync(place.path)) return [];
    return [{ code: 'missing-input', message: `${place.path} is not there.` }];
  } catch (error) {
    if (error instanceof RequestError) return error.problems;
    if (error instanceof JobFailure) return [error.problem];
    throw error;
  }
}
