/** Which steps run in containers, and of what images these are. */

import type { ImageSource } from '../../environments/container/image.ts';
import { environmentKind } from '../../environments/kind.ts';
import { RequestError } from '../../errors/types.ts';
import { scan } from '../../language/arguments/scan.ts';
import type { EnvironmentSpec, JobSpec } from '../../language/types.ts';
import type { ContainerTool } from '../../os/container/container.ts';
import { visibleGpus } from '../../os/gpus.ts';
import type { AssetResolver } from '../../store/assets.ts';
import { variablesFor } from '../compute.ts';
import type { RunStep } from '../graph/scope.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import { declaredEnvironment } from './python.ts';

export interface WantedContainer {
  readonly source: ImageSource;
  readonly tool: ContainerTool;
  /** Of the tool's `run`. */
  readonly options: readonly string[];
}

/** By full step name. */
export type WantedContainers = ReadonlyMap<string, WantedContainer>;

/** Looks only. @throws RequestError where a step wants a container, and nothing is installed that runs one */
export async function findContainers(
  steps: readonly GraphStep[],
  spec: JobSpec,
  assets: AssetResolver,
  environmentVariables: Readonly<Record<string, string>>,
): Promise<WantedContainers> {
  const found = new Map<string, WantedContainer>();
  for (const node of steps) {
    const variables = variablesFor(node, spec, environmentVariables);
    if (environmentKind(variables.PARALLELRUN_ENVIRONMENT) !== 'container') continue;
    const source = imageOf(declaredEnvironment(node, assets));
    if (source === undefined) continue;
    const { containerTool } = await import('../../environments/container/tool.ts');
    const tool = await containerTool(variables);
    found.set(node.name, { source, tool, options: optionsOf(node.step, tool, variables) });
  }
  return found;
}

/** Undefined where none is declared: packages alone need no image. */
function imageOf(environment: EnvironmentSpec | undefined): ImageSource | undefined {
  if (environment?.build !== undefined) return { kind: 'build', build: environment.build };
  return environment?.image === undefined ? undefined : { kind: 'image', name: environment.image };
}

function optionsOf(
  { resources: { shmSize, dockerArgs } }: RunStep,
  { name }: ContainerTool,
  variables: Readonly<Record<string, string>>,
): readonly string[] {
  const { PARALLELRUN_CONTAINER_NETWORK: network, PARALLELRUN_CONTAINER_GPUS: gpus } = variables;
  const hasGpus = gpus === 'all' || (gpus !== 'none' && visibleGpus(variables).length > 0);
  return [
    // That of this machine, as without a container: processes of a step may look for one another on it.
    `--network=${network === undefined || network === '' ? 'host' : network}`,
    ...(hasGpus ? [name === 'podman' ? '--device=nvidia.com/gpu=all' : '--gpus=all'] : []),
    ...(shmSize === undefined ? [] : [`--shm-size=${shmSize}`]),
    ...wordsOf(dockerArgs ?? ''),
  ];
}

function wordsOf(dockerArgs: string): readonly string[] {
  const scanned = scan(dockerArgs);
  if (scanned.kind === 'tokens') return scanned.tokens.flatMap((token) => (token.kind === 'text' ? [token.text] : []));
  const message = `docker_args leaves a quote ${scanned.quote} open: ${dockerArgs}`;
  throw new RequestError({ code: 'open-quote', message });
}
