/** The outputs of a job under the names that people use, and whether they are whole. */
import { existsSync } from 'node:fs';
import type { JobSpec } from '../language/types.ts';
import type { JobOutputs } from '../pipeline/job-outputs.ts';
import type { StepOutput } from '../pipeline/steps/record.ts';
import type { ShownJob } from './show.ts';

export type StepOutputs = JobOutputs['steps'];
type Named = Readonly<Record<string, StepOutput>>;

/** Those of its steps, by `step.output`; none of a job that stands alone, whose own they are. */
export function namesOfSteps({ standalone }: JobSpec, steps: StepOutputs): Named {
  if (standalone) return {};
  return Object.fromEntries(
    Object.entries(steps).flatMap(([step, outputs]) => Object.entries(outputs).map(([name, output]) => [`${step}.${name}`, output])),
  );
}

/** The job's own, then those of its steps that lie elsewhere. */
export function distinctOutputs(own: Named, ofSteps: Named): readonly (readonly [name: string, output: StepOutput])[] {
  const places = new Set(Object.values(own).map(({ path }) => path));
  return [...Object.entries(own), ...Object.entries(ofSteps).filter(([, { path }]) => !places.has(path))];
}

/** The step that writes an output may have finished though the job did not. */
export function isFinished(job: ShownJob, output: StepOutput, steps: StepOutputs): boolean {
  return openWriters(job, output, steps).length === 0 && isThere(output);
}

/** As far as can be told without asking a store. */
export function isThere({ path, address }: StepOutput): boolean {
  return address !== undefined || existsSync(path);
}

/** The steps that write an output and have not completed. */
export function openWriters(job: ShownJob, output: StepOutput, steps: StepOutputs): readonly string[] {
  const writers = Object.entries(steps).filter(([, outputs]) => Object.values(outputs).some(({ path }) => path === output.path));
  return writers.flatMap(([step]) => (job.steps[step]?.status === 'Completed' ? [] : [step]));
}
