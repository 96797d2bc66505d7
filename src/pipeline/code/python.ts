/** The Python that each step runs with: found on this machine, or in an environment that is made of what the step declares. */

import type { ResolvedInterpreter } from '../../environments/interpreter.ts';
import { environmentKind } from '../../environments/kind.ts';
import type { Recipe } from '../../environments/venv/recipe.ts';
import { RequestError } from '../../errors/types.ts';
import type { Emit } from '../../events/types.ts';
import type { Variables } from '../../language/computes.ts';
import { entryLanguage } from '../../language/entry-scripts.ts';
import { parsePath } from '../../language/named-paths.ts';
import type { EnvironmentSpec } from '../../language/types.ts';
import type { Interpreter } from '../../parallel/types.ts';
import type { AssetResolver } from '../../store/assets.ts';
import type { RunStep } from '../graph/scope.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import { modelEnvironment } from './model-environment.ts';

/** Where a step's Python comes from. */
export type StepPython =
  /** This machine's. */
  | { readonly kind: 'system'; readonly interpreter: ResolvedInterpreter }
  /** Packages in an environment of their own, on an interpreter of this machine. */
  | { readonly kind: 'venv'; readonly recipe: Recipe; readonly base: ResolvedInterpreter };

/** By full step name; none for steps that need no Python, or are commands that do not name it where there is none. */
export type StepPythons = ReadonlyMap<string, StepPython>;

/**
 * Looks only.
 * @param variablesFor what holds for the step
 * @param contained the steps that run in a container: the Python of their image is theirs, unless packages are declared beside it
 * @throws RequestError when a step needs Python and there is none, or none of the version that it asks for where that is strict
 */
export async function findPythons(
  steps: readonly GraphStep[],
  assets: AssetResolver,
  variablesFor: (node: GraphStep) => Variables,
  contained: ReadonlySet<string>,
  emit: Emit,
): Promise<StepPythons> {
  const users = steps.filter(({ step }) => mayUsePython(step));
  const found = new Map<string, StepPython>();
  const told = new Set<string>();
  const tell = (level: 'info' | 'warning', message: string) => {
    if (!told.has(message)) emit({ type: 'notice', level, message });
    told.add(message);
  };
  const { curatedEnvironment } = await import('../../environments/curated.ts');
  for (const node of users) {
    const { name, step } = node;
    const environmentVariables = variablesFor(node);
    const isMade = environmentKind(environmentVariables.PARALLELRUN_ENVIRONMENT) !== 'system';
    const declared = declaredEnvironment(node, assets);
    const curated = isMade && !contained.has(name) ? curatedEnvironment(declared?.reference) : undefined;
    if (curated !== undefined) {
      tell(
        'info',
        `${declared?.reference} is an environment of the cloud; here it is made of packages near to its own. To choose them: prl environment create --name ${curated.name} --conda-file …`,
      );
    }
    const environment = contained.has(name) ? packagesOf(declared) : (curated ?? declared);
    if (contained.has(name) && environment === undefined) continue;
    const recipe = isMade ? await recipeFor(step, environment) : undefined;
    const python =
      recipe === undefined
        ? await systemPython(step, environment, environmentVariables, tell)
        : await venvPython(recipe, environment, environmentVariables, tell);
    if (python !== undefined) found.set(name, python);
  }
  return found;
}

/** What is not in the image. */
function packagesOf(declared: EnvironmentSpec | undefined): EnvironmentSpec | undefined {
  return declared?.conda === undefined ? undefined : withoutImage(declared);
}

function withoutImage({ image: _image, build: _build, ...packages }: EnvironmentSpec): EnvironmentSpec {
  return packages;
}

type Told = (level: 'info' | 'warning', message: string) => void;

async function recipeFor(step: RunStep, environment: EnvironmentSpec | undefined): Promise<Recipe | undefined> {
  if (environment?.conda === undefined && environment?.build === undefined) return undefined;
  const { recipeOf, withPackages } = await import('../../environments/venv/recipe.ts');
  const recipe = recipeOf(environment);
  if (recipe !== undefined && readsTables(step)) return withPackages(recipe, ['pandas', 'pyarrow'], 'to read tables');
  const { installsPackages } = await import('../../environments/venv/overlay.ts');
  return recipe !== undefined && step.type === 'command' && installsPackages(step.command)
    ? withPackages(recipe, ['pip'], 'for what the command installs')
    : recipe;
}

/** A worker gives rows to a Python script as a data frame, and what scores a model reads table files. */
function readsTables(step: RunStep): boolean {
  if (step.type === 'command') return false;
  if (step.task.type === 'model') return true;
  return step.settings.inputData.some((name) => ['mltable', 'uri_file'].includes(step.inputPorts[name]?.type ?? ''));
}

async function systemPython(
  step: RunStep,
  environment: EnvironmentSpec | undefined,
  environmentVariables: Readonly<Record<string, string>>,
  tell: Told,
): Promise<StepPython | undefined> {
  const [{ resolveInterpreter }, { environmentNotice }] = await Promise.all([
    import('../../environments/interpreter.ts'),
    import('../../environments/system.ts'),
  ]);
  try {
    const interpreter = await resolveInterpreter(environmentVariables);
    if (environment !== undefined) tell('info', environmentNotice(environment, interpreter));
    return { kind: 'system', interpreter };
  } catch (error) {
    if (error instanceof RequestError && !needsPython(step)) return undefined;
    throw error;
  }
}

async function venvPython(
  recipe: Recipe,
  environment: EnvironmentSpec | undefined,
  environmentVariables: Readonly<Record<string, string>>,
  tell: Told,
): Promise<StepPython> {
  const [{ basePython }, { leftOutNotice }] = await Promise.all([
    import('../../environments/venv/base.ts'),
    import('../../environments/venv/notices.ts'),
  ]);
  const { base, notice } = await basePython(recipe, environmentVariables);
  if (notice !== undefined) tell('warning', notice);
  const left = leftOutNotice(recipe, environment);
  if (left !== undefined) tell('info', left);
  return { kind: 'venv', recipe, base };
}

function mayUsePython(step: RunStep): boolean {
  return step.type === 'command' || needsPython(step);
}

/** Without one of its own, a model brings what it was saved with. A registered environment stands for what it was registered as; a name that only the cloud knows stays a name. */
export function declaredEnvironment(node: GraphStep, assets: AssetResolver): EnvironmentSpec | undefined {
  const { step } = node;
  const environment = (step.type === 'command' ? step.environment : step.task.environment) ?? modelEnvironment(node, assets);
  const named = parsePath(environment?.reference ?? '');
  if (named.kind !== 'asset') return environment;
  const { name, which = { label: 'latest' } } = named;
  try {
    return assets.resolve('environment', name, which).environment;
  } catch (error) {
    if (error instanceof RequestError) return environment;
    throw error;
  }
}

export function needsPython(step: RunStep): boolean {
  if (step.type === 'command') return /\bpython/.test(step.command);
  return step.task.type === 'model' || entryLanguage(step.task.entryScript) === 'python';
}

export type MissingModuleHint = (module: string) => string;

/** What to do about a module that the interpreter has not. */
export async function hintForMissingModule(
  node: GraphStep,
  assets: AssetResolver,
  found: StepPython | undefined,
  { python }: Interpreter,
  image: string | undefined,
): Promise<MissingModuleHint> {
  const environment = declaredEnvironment(node, assets);
  if (found?.kind === 'venv') {
    const { undeclaredModuleHint } = await import('../../environments/venv/notices.ts');
    return (module) => undeclaredModuleHint(environment, module);
  }
  if (image !== undefined) {
    return (module) =>
      `The image ${image} has no module ${module}. Install the package that brings it when the image is built, or name it in a conda_file beside the image.`;
  }
  const { missingModuleHint } = await import('../../environments/system.ts');
  return (module) => missingModuleHint(environment, python, module);
}

/** The module whose absence ended a script, by the last words of it. */
export function missingModuleIn(printed: string): string | undefined {
  return /ModuleNotFoundError: No module named '([^']+)'/.exec(printed)?.[1];
}
