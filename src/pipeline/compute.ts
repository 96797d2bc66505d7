/** Jobs name computes; here is one. */
import type { JobSpec } from '../language/types.ts';
import type { GraphStep } from './graph/step-graph.ts';

const here = 'local';

/** Said once for a job that names computes which are not here; undefined when there are none. */
export function computeNotice(spec: JobSpec, steps: readonly GraphStep[]): string | undefined {
  const named = [spec.compute, spec.settings.defaultCompute, ...steps.map(({ step }) => step.compute)];
  const others = [...new Set(named.flatMap((name) => name ?? []))].filter((name) => name !== '' && name !== here);
  if (others.length === 0) return undefined;
  const [what, are] = others.length === 1 ? ['The compute', 'is'] : ['The computes', 'are'];
  return `${what} ${others.join(', ')} ${are} not configured here: all steps run on this machine (${here}).`;
}
