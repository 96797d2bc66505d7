/** The ports that the steps of a finished pipeline would have if they were written in place. */
import { Findings, objectSource, Place } from '../findings.ts';
import type { InputPort, InputValue, JobSpec, OutputPort, OutputValue, Step } from '../types.ts';
import { inferredPorts } from './graph.ts';
import { INLINE } from './shared-fields.ts';
import { type BuiltStep, inlinePorts } from './step.ts';

interface Around {
  readonly inputPorts: Readonly<Record<string, InputPort>>;
  readonly outputPorts: Readonly<Record<string, OutputPort>>;
}

/** By step; under `''`, those of the job itself. */
export function inlinePortsOf(
  steps: Readonly<Record<string, Step>>,
  around: Around & Partial<Pick<JobSpec, 'inputs' | 'outputs'>>,
): Record<string, Around> {
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
  const frame = { ...around, surroundings: { inputs: new Map() }, declared: false, stepNames: 'any' as const };
  const ports = Object.fromEntries([...built.keys()].map((name) => [name, inferredPorts(built, frame, name)]));
  return { ...ports, '': ownPorts(around.inputs ?? {}, around.outputs ?? {}) };
}

/** What a job's inputs and outputs declare: a path template is text. */
export function ownPorts(inputs: Readonly<Record<string, InputValue>>, outputs: Readonly<Record<string, OutputValue>>): Around {
  return inlinePorts(
    inputs,
    outputs,
    () => 'string',
    () => undefined,
  );
}
