/** What can be known to fail before a job is stored: inputs that are not there. */
import { statSync } from 'node:fs';
import { isSystemError } from '../errors/thrown.ts';
import { type Problem, RequestError } from '../errors/types.ts';
import { readYaml } from '../language/source/yaml.ts';
import type { DataType, InputValue, JobSpec, Step } from '../language/types.ts';
import { locate } from '../pipeline/bind/locate.ts';
import type { AssetResolver } from '../store/assets.ts';
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
    ...[...flattenSteps(spec)].flatMap(([name, step]) => stepProblems(spec, name, step, assets)),
  ];
}

/** Who holds inputs: the key path as the job knows it, and where it is written down. */
interface Holder {
  readonly path: readonly string[];
  readonly file: string | undefined;
  /** Within its own file, which for a step of a component is not the job's. */
  readonly pathInFile?: readonly string[];
}

function stepProblems(spec: JobSpec, name: string, step: Step, assets: AssetResolver): readonly Problem[] {
  if (spec.standalone) return inputProblems(step.inputs, { path: [], file: spec.source }, assets);
  const names = name.split('.');
  const file = step.source?.file ?? spec.source;
  const pathInFile = file === spec.source ? undefined : ['jobs', ...names.slice(-1)];
  return inputProblems(step.inputs, { path: names.flatMap((each) => ['jobs', each]), file, ...(pathInFile && { pathInFile }) }, assets);
}

function inputProblems(inputs: Readonly<Record<string, InputValue>>, holder: Holder, assets: AssetResolver): readonly Problem[] {
  return Object.entries(inputs).flatMap(([name, value]) =>
    value.kind === 'data'
      ? dataProblems(value.path, value.type, assets).map((problem) => ({
          ...problem,
          ...position(holder, name),
          path: [...holder.path, 'inputs', name].join('.'),
        }))
      : [],
  );
}

/** Looked up only for what is wrong: a job that is right is not read twice. */
function position({ file, path, pathInFile = path }: Holder, input: string): Pick<Problem, 'file' | 'line' | 'column'> {
  if (file === undefined) return {};
  try {
    return { file, ...readYaml(file).source.locate([...pathInFile, 'inputs', input, 'path']) };
  } catch {
    // The file was read a moment ago; if it has gone since, the key's path still says where.
    return { file };
  }
}

function dataProblems(path: string, type: DataType, assets: AssetResolver): readonly Problem[] {
  try {
    const place = locate(path, type, assets);
    // A pattern is matched by who lists the input.
    if (place.kind === 'web' || /[*?]/.test(place.path)) return [];
    const found = statSync(place.path, { throwIfNoEntry: false });
    if (found === undefined) return [{ code: 'missing-input', message: `${place.path} is not there.` }];
    if (type !== 'uri_file' || !found.isDirectory()) return [];
    const hint = 'Name the file in it, or use the type uri_folder.';
    return [{ code: 'wrong-type', message: `The type is uri_file, and ${place.path} is a folder.`, hint }];
  } catch (error) {
    if (error instanceof RequestError) return error.problems;
    if (isSystemError(error))
      return [{ code: 'unreadable-input', message: `The path cannot be looked at: ${error.message.slice(0, 300)}.` }];
    throw error;
  }
}
