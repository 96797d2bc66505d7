/** Where the outputs of a job and of its steps are; what downloads read. */

import type { JobSpec } from '../language/types.ts';
import type { JobLayout } from '../store/layout.ts';
import { jobScope, outputSource, writerOf } from './graph/scope.ts';
import { buildGraph } from './graph/step-graph.ts';
import { findRecord, type StepOutput } from './steps/record.ts';

export interface JobOutputs {
  /** The job's own outputs; of a standalone job those of its step. */
  readonly job: Readonly<Record<string, StepOutput>>;
  /** By the step's full name (`outer.inner`), then by the output's. */
  readonly steps: Readonly<Record<string, Readonly<Record<string, StepOutput>>>>;
  /** Records of steps that a disk has damaged: what these steps wrote is not known. */
  readonly torn: readonly { readonly file: string; readonly why: string }[];
}

/** Outputs of all steps that have begun; what they hold is only whole where the step has completed. */
export function jobOutputs(spec: JobSpec, layout: JobLayout): JobOutputs {
  const records = [...buildGraph(spec).steps.keys()].map((name) => [name, findRecord(layout.step(name).record)] as const);
  const torn = records.flatMap(([, found]) => (found.kind === 'torn' ? [found] : []));
  const steps = records.flatMap(([name, found]) => (found.kind === 'whole' ? [[name, found.fact.outputs] as const] : []));
  const byStep: JobOutputs['steps'] = Object.fromEntries(steps);
  if (spec.standalone) return { job: byStep.main ?? {}, steps: byStep, torn };
  const scope = jobScope(spec);
  const own = Object.keys({ ...spec.outputPorts, ...spec.outputs }).flatMap((name): readonly (readonly [string, StepOutput])[] => {
    const writer = writerOf(scope, name);
    const source = writer === undefined ? undefined : outputSource(scope, writer.step, writer.output);
    const output = source === undefined ? undefined : byStep[source.step]?.[source.output];
    return output === undefined ? [] : [[name, output]];
  });
  return { job: Object.fromEntries(own), steps: byStep, torn };
}
