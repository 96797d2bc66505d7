/** Job specs as the spec room makes them, for tests of what comes behind it. */
import { DEFAULT_PREDEFINED } from '../../src/language/arguments/predefined.ts';
import { DEFAULT_SIZE } from '../../src/language/mini-batch-size.ts';
import type { CommandStep, JobSpec, ParallelSettings, ParallelStep, Step } from '../../src/language/types.ts';

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

export function parallelStep(step: Partial<ParallelStep>, settings: Partial<ParallelSettings> = {}): ParallelStep {
  const { command: _command, ...common } = commandStep('');
  return {
    ...common,
    task: { type: 'run_function', entryScript: 'score.py', programArguments: [] },
    settings: {
      inputData: [],
      miniBatchSize: DEFAULT_SIZE,
      partitionKeys: [],
      errorThreshold: -1,
      miniBatchErrorThreshold: -1,
      allowedFailedPercent: 100,
      maxRetries: 2,
      timeout: 60,
      loggingLevel: 'INFO',
      predefined: DEFAULT_PREDEFINED,
      ...settings,
    },
    ...step,
    type: 'parallel',
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
