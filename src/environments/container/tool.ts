/** The program that containers are run with. */
import { basename } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import type { ContainerTool } from '../../os/container/container.ts';
import { locate } from '../interpreter.ts';

/** Names it: `podman`, `docker`, or the path of one. */
export const containerToolVariable = 'PARALLELRUN_CONTAINER_TOOL';

/** In the order in which they are looked for. */
export const containerTools = ['podman', 'docker'] as const;

/** Undefined where none is installed. @param variables where it is looked for, and what it runs with */
export async function findContainerTool(variables: Readonly<Record<string, string>>): Promise<ContainerTool | undefined> {
  const wanted = variables[containerToolVariable];
  for (const name of wanted === undefined || wanted === '' ? containerTools : [wanted]) {
    const file = await locate(name, variables.PATH ?? '');
    if (file !== undefined)
      return { name: basename(name).startsWith('docker') ? 'docker' : 'podman', file, environmentVariables: variables };
  }
  return undefined;
}

/** @throws RequestError where there is none */
export async function containerTool(variables: Readonly<Record<string, string>>): Promise<ContainerTool> {
  if (process.platform !== 'linux') {
    // Elsewhere containers are in a virtual machine, which named pipes do not lead into.
    const message = 'Steps run in containers on Linux alone.';
    throw new RequestError({ code: 'no-containers-here', message, hint: 'Run without images: --environment venv.' });
  }
  const found = await findContainerTool(variables);
  if (found !== undefined) return found;
  const wanted = variables[containerToolVariable];
  throw new RequestError({
    code: 'no-container-tool',
    message:
      wanted === undefined || wanted === ''
        ? 'Environments of images are run with podman or docker, and neither is on the PATH.'
        : `${containerToolVariable} is ${wanted}, which is no program that can be run.`,
    hint: `Install one (${howToInstall}), or run without images: --environment venv.`,
  });
}

export const howToInstall = 'on Debian and Ubuntu: apt-get install podman';
