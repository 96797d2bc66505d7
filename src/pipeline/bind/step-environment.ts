/** The environment variables of a step's processes. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { lineageVariable } from '../../os/lineage.ts';
import { pythonStartup } from '../../workers/local/python-host.ts';
import { type Resolve, renderText } from './render.ts';

export interface StepIdentity {
  readonly job: string;
  readonly step: string;
  readonly experimentName: string;
  /** See `stepMark`. */
  readonly mark: string;
}

/** What is inherited, what programs written for Azure look for, then the step's own, which win. */
export function stepEnvironment(
  inherited: Readonly<Record<string, string>>,
  identity: StepIdentity,
  own: Readonly<Record<string, string>>,
  resolve: Resolve,
): Readonly<Record<string, string>> {
  const rendered = Object.entries(own).map(([name, text]) => [name, renderText(text, resolve)] as const);
  return {
    ...inherited,
    AZUREML_RUN_ID: `${identity.job}.${identity.step}`,
    AZUREML_ROOT_RUN_ID: identity.job,
    AZUREML_EXPERIMENT_NAME: identity.experimentName,
    ...Object.fromEntries(rendered),
    [lineageVariable]: identity.mark,
  };
}

/**
 * For an environment that was made: what Python compiles of its packages is kept there for the next process, whatever the user has set for
 * folders of their own. Nothing else compiles them.
 */
export function keepingBytecode({
  PYTHONDONTWRITEBYTECODE: _,
  ...others
}: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return others;
}

/**
 * Has Python find Azure's modules where they are not installed, and list the folders of the inputs in name order, as mounted ones are:
 * scripts take `os.listdir(folder)[0]`.
 * @param folders absolute
 */
export function withPythonStartup(
  variables: Readonly<Record<string, string>>,
  folders: readonly string[],
): Readonly<Record<string, string>> {
  const { PYTHONPATH } = variables;
  const path = PYTHONPATH === undefined || PYTHONPATH === '' ? pythonStartup : `${pythonStartup}${delimiter}${PYTHONPATH}`;
  return { ...variables, PARALLELRUN_INPUTS: folders.join(delimiter), PYTHONPATH: path };
}

/**
 * Makes `python` and `python3` on the PATH the chosen interpreter, so that a command runs the Python that a notice named.
 * @param python absolute
 * @param shims a folder of the step's own, for when the interpreter's folder has only one of the two names, or another
 */
export function withPython(variables: Readonly<Record<string, string>>, python: string, shims: string): Readonly<Record<string, string>> {
  const missing = ['python', 'python3'].filter((name) => !existsSync(join(dirname(python), name)));
  if (missing.length > 0) mkdirSync(shims, { recursive: true });
  for (const name of missing) {
    // A link would hide the interpreter's own folder from it, by which it knows its virtual environment.
    writeFileSync(join(shims, name), `#!/bin/sh\nexec '${python.replaceAll("'", "'\\''")}' "$@"\n`);
    chmodSync(join(shims, name), 0o755);
  }
  const folders = [...(missing.length > 0 ? [shims] : []), dirname(python), variables.PATH ?? ''];
  return { ...variables, PATH: folders.join(delimiter) };
}
