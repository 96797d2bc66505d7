/** The Python that a job's steps run with, and what is said about the environments that they declare. */
import { RequestError } from '../../errors/types.ts';
import type { Emit } from '../../events/types.ts';
import { entryLanguage } from '../../language/entry-scripts.ts';
import { parsePath } from '../../language/named-paths.ts';
import type { EnvironmentSpec } from '../../language/types.ts';
import type { Interpreter } from '../../parallel/types.ts';
import type { AssetResolver } from '../../store/assets.ts';
import type { RunStep } from '../graph/scope.ts';
import type { GraphStep } from '../graph/step-graph.ts';

/**
 * Undefined when no step may need Python, or there is none and only commands that do not name it would be run with it.
 * @throws RequestError when a step needs Python and there is none.
 */
export async function jobInterpreter(
  steps: readonly GraphStep[],
  assets: AssetResolver,
  environmentVariables: Readonly<Record<string, string>>,
  emit: Emit,
): Promise<Interpreter | undefined> {
  const users = steps.filter(({ step }) => mayUsePython(step));
  if (users.length === 0) return undefined;
  const [{ resolveInterpreter }, { environmentNotice }] = await Promise.all([
    import('../../environments/interpreter.ts'),
    import('../../environments/system.ts'),
  ]);
  try {
    const interpreter = await resolveInterpreter(environmentVariables);
    const environments = users.flatMap(({ step }) => declaredEnvironment(step, assets) ?? []);
    const notices = new Set(environments.map((environment) => environmentNotice(environment, interpreter)));
    for (const message of notices) emit({ type: 'notice', level: 'info', message });
    return interpreter;
  } catch (error) {
    if (error instanceof RequestError && !users.some(({ step }) => needsPython(step))) return undefined;
    throw error;
  }
}

function mayUsePython(step: RunStep): boolean {
  return step.type === 'command' || needsPython(step);
}

function needsPython(step: RunStep): boolean {
  if (step.type === 'command') return /\bpython/.test(step.command);
  return step.task.type === 'model' || entryLanguage(step.task.entryScript) === 'python';
}

/** A registered environment stands for what it was registered as; a name that only the cloud knows stays a name. */
export function declaredEnvironment(step: RunStep, assets: AssetResolver): EnvironmentSpec | undefined {
  const environment = step.type === 'command' ? step.environment : step.task.environment;
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

export type MissingModuleHint = (module: string) => string;

/** What to do about a module that the interpreter has not. */
export async function hintForMissingModule(step: RunStep, assets: AssetResolver, { python }: Interpreter): Promise<MissingModuleHint> {
  const { missingModuleHint } = await import('../../environments/system.ts');
  return (module) => missingModuleHint(declaredEnvironment(step, assets), python, module);
}

/** The module whose absence ended a script, by the last words of it. */
export function missingModuleIn(printed: string): string | undefined {
  return /ModuleNotFoundError: No module named '([^']+)'/.exec(printed)?.[1];
}
