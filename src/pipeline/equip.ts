/** Makes what the scripts of a job need before its first step begins: what cannot be made is known at once. */
import type { Making } from '../environments/kept/make.ts';
import { RequestError } from '../errors/types.ts';
import type { ProcessContext } from '../os/process-context.ts';
import type { Interpreter, RunControl } from '../parallel/types.ts';
import { linkDeclaredPackages } from './code/packages.ts';
import type { StepPython } from './code/python.ts';
import type { JobContext } from './context.ts';

export type Equipment =
  | { readonly kind: 'made'; readonly interpreters: ReadonlyMap<string, Interpreter> }
  /** The first step whose environment could not be made, with the installer's words. */
  | { readonly kind: 'failed'; readonly step: string; readonly error: RequestError };

/** The environments of these steps, one after the other; those that are kept from an earlier time are taken. */
export async function equip(steps: readonly string[], context: JobContext, signal: AbortSignal): Promise<Equipment> {
  const { here, job, graph, pythons, control } = context;
  const interpreters = new Map<string, Interpreter>();
  for (const name of steps) {
    const python = pythons.get(name);
    const node = graph.steps.get(name);
    const making = makingFor(name, job.home, here, control, signal);
    try {
      if (python !== undefined) interpreters.set(name, await interpreterOf(python, making));
      if (node !== undefined) await linkDeclaredPackages(node.step, job.layout.step(name).code, making);
    } catch (error) {
      if (error instanceof RequestError) return { kind: 'failed', step: name, error };
      throw error;
    }
  }
  return { kind: 'made', interpreters };
}

async function interpreterOf(python: StepPython, making: Making): Promise<Interpreter> {
  if (python.kind === 'system') return python.interpreter;
  const { makeVenv } = await import('../environments/venv/make.ts');
  return makeVenv(python.recipe, python.base, making);
}

function makingFor(
  step: string,
  home: string,
  { environmentVariables, reaper }: ProcessContext,
  { emit }: Pick<RunControl, 'emit'>,
  signal: AbortSignal,
): Making {
  return { home, environmentVariables, reaper, signal, tell: (message) => emit({ type: 'notice', level: 'info', step, message }) };
}
