/** The environment `system`: what is installed on this machine runs, whatever environment the job declares. */
import type { EnvironmentSpec } from '../language/types.ts';
import type { ResolvedInterpreter } from './interpreter.ts';
import { findRequirement, requirements } from './requirement.ts';

/** Said once for a step that declares an environment which is not made. */
export function environmentNotice(environment: EnvironmentSpec, interpreter: ResolvedInterpreter): string {
  const declared = describe(environment);
  return `Python scripts run with ${interpreter.python} (Python ${interpreter.version}); the environment that the job declares${declared} was not made.${hasImage(environment) ? ' To run it in its image: --environment container.' : ''}`;
}

function hasImage({ image, build }: EnvironmentSpec): boolean {
  return image !== undefined || build !== undefined;
}

function describe({ reference, name, version, image, condaFile, build }: EnvironmentSpec): string {
  const called = reference ?? (name === undefined ? undefined : version === undefined ? name : `${name}:${version}`);
  const parts = [called, image && `image ${image}`, condaFile, build && `build context ${build.path}`].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** What to do about a Python module that the interpreter has not. */
export function missingModuleHint(environment: EnvironmentSpec | undefined, python: string, module: string): string {
  const other = 'or name another interpreter in PARALLELRUN_PYTHON.';
  const found = environment === undefined ? undefined : findRequirement(environment, module);
  if (found !== undefined) {
    const place = found.file === undefined ? "the job's environment" : `${found.file}:${found.line}`;
    return `${place} would have brought it (${found.text}), but environments are not made: ${python} runs. Install it there (${python} -m pip install ${found.packageName}), ${other}`;
  }
  const asked = environment === undefined ? [] : requirements(environment).map(({ packageName }) => packageName);
  if (asked.length === 0) return `${python} has no module ${module}. Install the package that brings it for this interpreter, ${other}`;
  const shown = asked.slice(0, shownPackages).join(' ');
  const more = asked.length > shownPackages ? ` (the first ${shownPackages} of ${asked.length})` : '';
  return `${python} has no module ${module}. It may come with what the job's environment asks for, which was not made: ${shown}${more}. Install that for this interpreter (${python} -m pip install …), ${other}`;
}

const shownPackages = 10;
