/** Where in its files something of a job stands that was found wrong when they had been read already. */
import type { Problem } from '../errors/types.ts';
import { readYaml } from '../language/source/yaml.ts';
import type { JobSpec, Step } from '../language/types.ts';

/** Who holds inputs and outputs: the key path as the job knows it, and where it is written down. */
export interface Holder {
  readonly path: readonly string[];
  readonly file: string | undefined;
  /** Within its own file, which for a step of a component is not the job's. */
  readonly pathInFile?: readonly string[];
}

/** @param name full: `outer.inner` */
export function holderOf(spec: JobSpec, name: string, step: Step): Holder {
  if (spec.standalone) return { path: [], file: spec.source };
  const names = name.split('.');
  const file = step.source?.file ?? spec.source;
  const pathInFile = file === spec.source ? undefined : ['jobs', ...names.slice(-1)];
  return { path: names.flatMap((each) => ['jobs', each]), file, ...(pathInFile && { pathInFile }) };
}

/** Looked up only for what is wrong: a job that is right is not read twice. @param inside where below the key the problem lies */
export function placeOf(
  { file, path, pathInFile = path }: Holder,
  key: readonly string[],
  inside: readonly string[] = [],
): Pick<Problem, 'file' | 'line' | 'column' | 'path'> {
  const dotted = { path: [...path, ...key].join('.') };
  if (file === undefined) return dotted;
  try {
    return { file, ...readYaml(file).source.locate([...pathInFile, ...key, ...inside]), ...dotted };
  } catch {
    // The file was read a moment ago; if it has gone since, the key's path still says where.
    return { file, ...dotted };
  }
}
