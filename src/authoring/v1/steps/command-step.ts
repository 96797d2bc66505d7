import { RunConfiguration, ScriptRunConfig } from '../config/run-configuration.ts';
import type { Argument } from '../data/inputs.ts';
import { invalid, shown } from '../invalid.ts';
import { RunStep, type RunStepOptions } from './run-step.ts';

export interface CommandStepOptions extends RunStepOptions {
  /** A bash command, or a list whose first item is one and whose others are words put behind it. Required unless the runconfig has one. */
  readonly command?: string | readonly Argument[] | undefined;
  /** Default: `CommandStep_` and the command's first word. */
  readonly name?: string | undefined;
  readonly runconfig?: RunConfiguration | ScriptRunConfig | undefined;
  /** Default: the working directory. */
  readonly sourceDirectory?: string | undefined;
}

/** A step that runs a bash command. @throws RequestError for a wrong value. */
export class CommandStep extends RunStep {
  constructor(options: CommandStepOptions) {
    const { runconfig: given } = options;
    const runconfig = given instanceof ScriptRunConfig ? given.runConfig : (given ?? new RunConfiguration());
    const command = options.command ?? runconfig.command;
    const [first, ...rest] = typeof command === 'string' ? [command] : (command ?? []);
    if (typeof first !== 'string' || first.trim() === '') {
      throw invalid('command', `A command is required, in the step or in its runconfig; found ${shown(first)}.`);
    }
    super({
      stepType: 'CommandStep',
      command: first,
      name: options.name ?? `CommandStep_${first.trim().split(/\s/, 1)[0]}`,
      inputs: options.inputs ?? [],
      outputs: options.outputs ?? [],
      arguments: rest,
      options,
      runconfig,
      sourceDirectory: options.sourceDirectory ?? (given instanceof ScriptRunConfig ? given.sourceDirectory : undefined),
    });
  }
}
