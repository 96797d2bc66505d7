/** The steps of a job as everybody names them: `score`, `outer.inner`. */
import type { JobSpec, Step } from '../language/types.ts';

/** All steps, each pipeline step before those inside it. */
export function flattenSteps(spec: JobSpec): ReadonlyMap<string, Step> {
  const found = new Map<string, Step>();
  const visit = (steps: Readonly<Record<string, Step>>, prefix: string) => {
    for (const [name, step] of Object.entries(steps)) {
      found.set(prefix + name, step);
      if (step.type === 'pipeline') visit(step.steps, `${prefix}${name}.`);
    }
  };
  visit(spec.steps, '');
  return found;
}

/** The names of the steps that run: all but pipeline steps, which only hold others. */
export function stepNames(spec: JobSpec): readonly string[] {
  return [...flattenSteps(spec)].filter(([, step]) => step.type !== 'pipeline').map(([name]) => name);
}

/** Full names, in the order of the job. */
export function parallelSteps(spec: JobSpec): readonly string[] {
  return [...flattenSteps(spec)].flatMap(([name, { type }]) => (type === 'parallel' ? [name] : []));
}
