/** How the processes of a command find each other. */
import type * as z from 'zod';
import type { Place } from '../../findings.ts';
import type { distribution as distributionSchema } from '../../schema/steps.ts';
import type { Distribution } from '../../types.ts';

type RawDistribution = z.infer<typeof distributionSchema>;

export function readDistribution(
  raw: RawDistribution | undefined,
  base: Distribution | undefined,
  instanceCount: number,
  place: Place,
): Distribution | undefined {
  if (raw === undefined) return base;
  const type = raw.type.toLowerCase();
  const stray = (keys: readonly (keyof RawDistribution)[]): void => {
    for (const key of keys) {
      if (raw[key] !== undefined)
        place.at(key).keyError('unknown-key', `The key ${JSON.stringify(key)} has no meaning with "type: ${type}".`);
    }
  };
  const ray = [
    'port',
    'address',
    'include_dashboard',
    'dashboard_port',
    'head_node_additional_args',
    'worker_node_additional_args',
  ] as const;
  if (type === 'ray') {
    place
      .at('type')
      .error(
        'unsupported-distribution',
        'The distribution ray is not run here; expected mpi, pytorch or tensorflow.',
        'Start Ray inside the command itself, or take another distribution.',
      );
    return undefined;
  }
  stray(ray);
  if (type === 'tensorflow') {
    stray(['process_count_per_instance']);
    return {
      type,
      workerCount: raw.worker_count === undefined ? instanceCount : Number(raw.worker_count),
      parameterServerCount: Number(raw.parameter_server_count ?? 0),
    };
  }
  stray(['worker_count', 'parameter_server_count']);
  const processCountPerInstance = Number(raw.process_count_per_instance ?? 1);
  return type === 'mpi' ? { type, processCountPerInstance } : { type: 'pytorch', processCountPerInstance };
}
