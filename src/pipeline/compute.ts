/** Jobs name computes and nodes; here is one machine. */
import { computesIn, type Variables, variablesOn } from '../language/computes.ts';
import type { JobSpec } from '../language/types.ts';
import { type ClusterPlace, clusterIn } from '../workers/cluster/place.ts';
import { leastMemory, type Machine, mostPerCore } from '../workers/local/slots.ts';
import { expectedWorkers, isParallel, oversubscribeVariable, type ParallelNode } from './bind/split.ts';
import type { Scope } from './graph/scope.ts';
import type { GraphStep } from './graph/step-graph.ts';

const here = 'local';

/** The compute that the step names, or the job for it. */
export function computeOf({ step, scope }: GraphStep, spec: JobSpec): string {
  return step.compute || defaultOf(scope) || spec.compute || here;
}

/** The cluster that a parallel step runs on; undefined: this machine. @throws RequestError for one that is configured by half */
export function clusterOf(node: ParallelNode, spec: JobSpec, environmentVariables: Variables): ClusterPlace | undefined {
  const name = computeOf(node, spec);
  const found = clusterIn(name, variablesOn(name, environmentVariables));
  if (found === undefined) return undefined;
  const { resources, settings } = node.step;
  const { maxConcurrencyPerInstance: slotsPerNode } = settings;
  return { nodes: resources.instanceCount, ...found, ...(slotsPerNode !== undefined && { slotsPerNode }) };
}

/** The environment variables that hold for the step's processes on the compute that it names, or the job for it. */
export function variablesFor(node: GraphStep, spec: JobSpec, environmentVariables: Variables): Variables {
  return variablesOn(computeOf(node, spec), environmentVariables);
}

function defaultOf({ holder, outer }: Scope): string | undefined {
  return ('settings' in holder && holder.settings.defaultCompute) || (outer === undefined ? undefined : defaultOf(outer.scope));
}

/** Said once for a job that names computes which are not here; undefined when there are none. */
export function computeNotice(spec: JobSpec, steps: readonly GraphStep[], environmentVariables: Variables): string | undefined {
  const configured = computesIn(environmentVariables);
  const named = [spec.compute, spec.settings.defaultCompute, ...steps.map(({ step }) => step.compute)];
  const others = [...new Set(named.flatMap((name) => name ?? []))].filter(
    (name) => name !== '' && name !== here && !Object.hasOwn(configured, name),
  );
  if (others.length === 0) return undefined;
  const [what, are] = others.length === 1 ? ['The compute', 'is'] : ['The computes', 'are'];
  return `${what} ${others.join(', ')} ${are} not configured here: all steps run on this machine (${here}).`;
}

/** Said once for a job whose steps ask for more workers than this machine runs; undefined when there are none. */
export function workersNotice(
  steps: readonly GraphStep[],
  inherited: Readonly<Record<string, string>>,
  { cores, memoryBytes }: Machine,
): string | undefined {
  const capped = steps.filter(isParallel).flatMap((node) => {
    const { nodes, workersPerNode, workers } = expectedWorkers(node, inherited);
    const asked = nodes * workersPerNode;
    const sum = nodes === 1 ? `${asked}` : `${nodes} nodes × ${workersPerNode} = ${asked}`;
    return workers < asked ? [`${node.name} asks for ${sum} worker processes, and runs ${workers}`] : [];
  });
  if (capped.length === 0) return undefined;
  const memory = `${(memoryBytes / 2 ** 30).toFixed(1)} GB`;
  return (
    `This machine has ${cores === 1 ? '1 core' : `${cores} cores`} and ${memory}: ${capped.join('; ')}. Nodes share the machine, which runs one worker for each core, ` +
    `or what one node asks for up to ${mostPerCore} for each core, as far as there are ${leastMemory / 2 ** 20} MB for each. For all of them: --oversubscribe (${oversubscribeVariable}=1).`
  );
}
