/** The ports that the steps of a finished pipeline would have if they were written in place. */
import { Findings, objectSource, Place } from '../../findings.ts';
import type { InputValue, JobSpec, OutputValue, Step } from '../../types.ts';
import type { BuiltStep } from '../frame.ts';
import { inlinePorts, type Ports } from '../ports/ports.ts';
import { INLINE } from '../work/shared-fields.ts';
import { Flows } from './flow.ts';

/** By step; under `''`, those of the job itself. */
export function inlinePortsOf(
  steps: Readonly<Record<string, Step>>,
  around: Ports & Partial<Pick<JobSpec, 'inputs' | 'outputs'>>,
): Record<string, Ports> {
  const place = new Place(objectSource('/'), new Findings());
  const built = new Map<string, BuiltStep>(
    Object.entries(steps).map(([name, step]) => {
      const inline = step.type !== 'pipeline' && Object.keys(step.component).length === 1;
      return [
        name,
        { step, inline, place, frame: { ...step, literals: new Map(), role: 'use', deferred: undefined, origin: INLINE, includes: [] } },
      ];
    }),
  );
  const flows = new Flows(built, { ...around, surroundings: { inputs: new Map() }, declared: false, stepNames: 'any' });
  const ports = Object.fromEntries([...built.keys()].map((name) => [name, flows.ports(name)]));
  return { ...ports, '': ownPorts(around.inputs ?? {}, around.outputs ?? {}) };
}

/** What a job's inputs and outputs declare: a path template is text. */
export function ownPorts(inputs: Readonly<Record<string, InputValue>>, outputs: Readonly<Record<string, OutputValue>>): Ports {
  return inlinePorts(
    inputs,
    outputs,
    () => 'string',
    () => undefined,
  );
}
