/** The Python of a step on this machine: where the coordinator has it, else one of this machine's own. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ResolvedInterpreter, versionIn } from '../environments/interpreter.ts';
import { makeVenv } from '../environments/venv/make.ts';
import { choosePython, findPythons } from '../environments/venv/pythons.ts';
import { RequestError } from '../errors/types.ts';
import type { ProcessContext } from '../os/process-context.ts';
import type { PythonOrder } from '../workers/cluster/messages.ts';

/**
 * An environment with the step's packages is made once, and kept for all jobs that ask for the same.
 * @returns a program
 * @throws RequestError that says what this machine has
 */
export async function pythonHere(
  { path, version = '3', packages }: PythonOrder,
  { environmentVariables, reaper }: ProcessContext,
  tell: (message: string) => void,
): Promise<string> {
  // In the shared home it is an environment with the packages; elsewhere, an interpreter of the same place.
  const there = await versionIn(path, environmentVariables);
  if (there !== undefined && minorOf(there) === minorOf(version)) return path;
  const base = await sameMinor(path, version, environmentVariables);
  if (packages === undefined) return base.python;
  const recipe = { wishes: packages.map((line) => ({ line, from: { text: line } })), leftOut: [] };
  const home = join(environmentVariables.XDG_CACHE_HOME || join(homedir(), '.cache'), 'parallelrun');
  const making = { home, environmentVariables, reaper, signal: new AbortController().signal, tell };
  return (await makeVenv(recipe, base, making)).python;
}

async function sameMinor(
  path: string,
  version: string,
  environmentVariables: Readonly<Record<string, string>>,
): Promise<ResolvedInterpreter> {
  const minor = Number(minorOf(version).split('.')[1]);
  const range = { version: minorOf(version), bounds: [{ is: '=' as const, minor, exact: false }] };
  const found = await findPythons(environmentVariables, range);
  const choice = choosePython(found, range);
  if (choice.kind === 'fits') return choice.interpreter;
  const has = [...new Set(found.map((each) => minorOf(each.version)))].join(', ');
  throw new RequestError({
    code: 'unfit-node',
    message: `the step runs with Python ${minorOf(version)} (${path}), which is not there; it has ${has === '' ? 'no Python' : `Python ${has}`}`,
  });
}

function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
