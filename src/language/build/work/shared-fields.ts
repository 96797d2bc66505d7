/** What parallel and command steps share: what describes them, what they run on, and what only the cloud gives meaning to. */
import type * as z from 'zod';
import { isRecord } from '../../check.ts';
import type { Place } from '../../findings.ts';
import { bareName } from '../../named-paths.ts';
import type { resources as resourcesSchema } from '../../schema/common.ts';
import type { CloudOnly, ComponentOrigin, Resources } from '../../types.ts';
import { textRecord } from '../scalars.ts';
import { defined } from './environment.ts';

export interface RawDescription {
  readonly display_name?: string | undefined;
  readonly description?: string | undefined;
  readonly experiment_name?: string | undefined;
  readonly tags?: unknown;
  readonly properties?: unknown;
  readonly compute?: string | null | undefined;
}

export interface Description {
  readonly displayName?: string;
  readonly description?: string;
  readonly experimentName?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  readonly compute?: string;
}

export function readDescription(raw: RawDescription): Description {
  const compute = bareName(raw.compute ?? '');
  return {
    ...(raw.display_name !== undefined && { displayName: raw.display_name }),
    ...(raw.description !== undefined && { description: raw.description }),
    ...(raw.experiment_name && { experimentName: raw.experiment_name }),
    tags: textRecord(raw.tags),
    properties: textRecord(raw.properties),
    ...(compute === '' ? {} : { compute }),
  };
}

type RawResources = z.infer<typeof resourcesSchema>;

/** A step's own resources over those of its component, key by key. */
export function readResources(raw: RawResources | undefined, base: Resources | undefined): { resources: Resources; cloudOnly: CloudOnly } {
  const docker = Array.isArray(raw?.docker_args) ? raw.docker_args.join(' ') : raw?.docker_args;
  const { locations, max_instance_count } = raw ?? {};
  const kept = defined({ locations, max_instance_count });
  return {
    resources: {
      ...base,
      instanceCount: raw?.instance_count === undefined ? (base?.instanceCount ?? 1) : Number(raw.instance_count),
      ...(raw?.instance_type !== undefined && { instanceType: raw.instance_type }),
      ...(raw?.shm_size !== undefined && { shmSize: raw.shm_size }),
      ...(docker !== undefined && { dockerArgs: docker }),
      ...(isRecord(raw?.properties) ? { properties: raw.properties } : {}),
    },
    cloudOnly: Object.keys(kept).length === 0 ? {} : { resources: kept },
  };
}

/** Environment variables are text, whatever they were written as. */
export function readVariables(
  raw: Readonly<Record<string, string | number | boolean>> | null | undefined,
  place: Place,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw ?? {})) {
    const at = place.at(name);
    if (name === '' || /[=\0]/.test(name))
      at.keyError('invalid-name', `${JSON.stringify(name)} cannot be the name of an environment variable.`);
    else variables[name] = typeof value === 'string' ? value : (at.source.written(at.path) ?? String(value));
  }
  return variables;
}

/** Of a step that was written in place: it has no component of its own. */
export const INLINE: ComponentOrigin = { isDeterministic: true };
