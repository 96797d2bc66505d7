/** Job specs as the spec room makes them, for tests of what comes behind it. */
import type { CommandStep, JobSpec, Step } from '../../src/spec/types.ts';

export function commandStep(command: string, step: Partial<CommandStep> = {}): CommandStep {
  return {
    type: 'command',
    command,
    tags: {},
    properties: {},
    component: { isDeterministic: true },
    inputPorts: {},
    outputPorts: {},
    inputs: {},
    outputs: {},
    environmentVariables: {},
    resources: { instanceCount: 1 },
    cloudOnly: {},
    ...step,
  };
}

export function jobOf(steps: Readonly<Record<string, Step>>, job: Partial<JobSpec> = {}): JobSpec {
  return {
    tags: {},
    properties: {},
    standalone: false,
    inputPorts: {},
    outputPorts: {},
    inputs: {},
    outputs: {},
    steps,
    settings: { continueOnStepFailure: false, forceRerun: false, other: {} },
    cloudOnly: {},
    ...job,
  };
}

/** A standalone job of one command. */
export function commandJob(command: string, step: Partial<CommandStep> = {}): JobSpec {
  return jobOf({ main: commandStep(command, step) }, { standalone: true });
}
