/** The environment `system`: what is installed on this machine runs, whatever environment the job declares. */
import { RequestError } from '../errors/types.ts';
import type { EnvironmentSpec } from '../spec/types.ts';
import type { ResolvedInterpreter } from './interpreter.ts';
import { findRequirement } from './requirement.ts';

/**
 * How environments are made; `--environment` and `PARALLELRUN_ENVIRONMENT` override it. Only `system` exists.
 * @param origin what gave the value, for the message
 * @throws RequestError for any other value
 */
export function environmentKind(value: string | undefined, origin = 'PARALLELRUN_ENVIRONMENT'): 'system' {
  if (value === undefined || value === '' || value === 'system') return 'system';
  const message = `${origin} is ${JSON.stringify(value)}; the only way to make environments is "system": what is installed on this machine runs.`;
  throw new RequestError({ code: 'unknown-environment-kind', message });
}

/** Said once for a step that declares an environment which is not made. */
export function environmentNotice(environment: EnvironmentSpec, interpreter: ResolvedInterpreter): string {
  const declared = describe(environment);
  return `Python scripts run with ${interpreter.python} (Python ${interpreter.version}); the environment that the job declares${declared} was not made.`;
}

function describe({ reference, name, version, image, condaFile, build }: EnvironmentSpec): string {
  const called = reference ?? (name === undefined ? undefined : version === undefined ? name : `${name}:${version}`);
  const parts = [called, image && `image ${image}`, condaFile, build && `build context ${build.path}`].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** What to do about a Python module that the interpreter has not. */
export function missingModuleHint(environment: EnvironmentSpec | undefined, python: string, module: string): string {
  const found = environment === undefined ? undefined : findRequirement(environment, module);
  if (found === undefined) {
    const where = environment === undefined ? '' : ", and nothing in the job's environment is called like it";
    return `${python} has no module ${module}${where}. Install the package that brings it for this interpreter, or name another one in PARALLELRUN_PYTHON.`;
  }
  const { file, line, text, packageName } = found;
  const place = file === undefined ? "the job's environment" : `${file}:${line}`;
  return `${place} would have brought it (${text}), but environments are not made: ${python} runs. Install it there (${python} -m pip install ${packageName}), or name another interpreter in PARALLELRUN_PYTHON.`;
}
