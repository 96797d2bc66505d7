/** Makes what the scripts of a job need before its first step begins: what cannot be made is known at once. */
import type { Image } from '../environments/kept/image-file.ts';
import type { Making } from '../environments/kept/make.ts';
import { RequestError } from '../errors/types.ts';
import type { ProcessContext } from '../os/process-context.ts';
import type { Interpreter, RunControl } from '../parallel/types.ts';
import type { WantedContainer } from './code/containers.ts';
import { linkDeclaredPackages } from './code/packages.ts';
import { needsPython, type StepPython } from './code/python.ts';
import type { JobContext } from './context.ts';
import type { RunStep } from './graph/scope.ts';

export type Equipment =
  | { readonly kind: 'made'; readonly interpreters: ReadonlyMap<string, Interpreter>; readonly images: ReadonlyMap<string, Image> }
  /** The first step whose environment could not be made, with the installer's words. */
  | { readonly kind: 'failed'; readonly step: string; readonly error: RequestError };

/** The environments of these steps, one after the other; those that are kept from an earlier time are taken. */
export async function equip(steps: readonly string[], context: JobContext, signal: AbortSignal): Promise<Equipment> {
  const { here, job, graph, containers, pythons, control } = context;
  const images = new Map<string, Image>();
  const interpreters = new Map<string, Interpreter>();
  for (const name of steps) {
    const python = pythons.get(name);
    const node = graph.steps.get(name);
    const making = makingFor(name, job.home, here, control, signal);
    try {
      const container = containers.get(name);
      const image = container === undefined ? undefined : await imageOf(container, making);
      if (image !== undefined) images.set(name, image);
      if (python === undefined && image !== undefined && node !== undefined) {
        const own = pythonOf(image, node.step);
        if (own !== undefined) interpreters.set(name, own);
      }
      if (python !== undefined) interpreters.set(name, await interpreterOf(python, making));
      if (node !== undefined) await linkDeclaredPackages(node.step, job.layout.step(name).code, making);
    } catch (error) {
      if (error instanceof RequestError) return { kind: 'failed', step: name, error };
      throw error;
    }
  }
  return { kind: 'made', interpreters, images };
}

async function interpreterOf(python: StepPython, making: Making): Promise<Interpreter> {
  if (python.kind === 'system') return python.interpreter;
  const { makeVenv } = await import('../environments/venv/make.ts');
  return makeVenv(python.recipe, python.base, making);
}

async function imageOf({ source, tool }: WantedContainer, making: Making): Promise<Image> {
  const { readyImage } = await import('../environments/container/image.ts');
  return readyImage(source, tool, making);
}

const oldestMinor = 8;

/** That of the image, for a worker; a command finds it itself. @throws RequestError where there is none that will do */
function pythonOf({ name, python }: Image, step: RunStep): Interpreter | undefined {
  if (step.type === 'command' || !needsPython(step)) return undefined;
  const [major = 0, minor = 0] = (python?.version ?? '').split('.').map(Number);
  if (python !== undefined && major === 3 && minor >= oldestMinor) return { python: python.file };
  throw new RequestError({
    code: 'no-python-in-image',
    message: `The entry script is Python, and the image ${name} has ${python === undefined ? 'no python3 on its PATH' : `Python ${python.version}`}.`,
    hint: `Take an image with Python 3.${oldestMinor} or newer, or give the environment a conda_file: its Python is then used in the image.`,
  });
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
