import { RunConfiguration, ScriptRunConfig } from '../config/run-configuration.ts';
import type { Argument } from '../data/inputs.ts';
import { invalid, shown } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { either, instance, nonEmptyText, optional, rule } from '../options/rules.ts';
import { COMMAND_WORK, type CommandWorkOptions, CommandWorkStep, stepName } from './command-work-step.ts';

/** What a CommandStep is made from. Source: azureml.pipeline.steps.CommandStep. */
export interface CommandStepOptions extends CommandWorkOptions {
  /** A bash command, or a list whose first item is one and whose others are words put behind it. Required unless the runconfig has one. */
  readonly command?: string | readonly Argument[] | undefined;
  /** Default: `CommandStep_` and the command's first word. */
  readonly name?: string | undefined;
  /** What it runs on and in. */
  readonly runconfig?: RunConfiguration | ScriptRunConfig | undefined;
  /** Where it runs (in a copy). Default: the runconfig's, the pipeline's `defaultSourceDirectory`, else the working directory. */
  readonly sourceDirectory?: string | undefined;
}

const OPTIONS = new Options<CommandStepOptions>('CommandStep', {
  command: optional(either(nonEmptyText, rule<readonly Argument[]>('a list', Array.isArray))),
  name: optional(stepName),
  ...COMMAND_WORK,
  runconfig: optional(either(instance(RunConfiguration), instance(ScriptRunConfig))),
  sourceDirectory: optional(nonEmptyText),
});

/**
 * A step that runs a bash command. Values in Python's order (command, name, computeTarget, runconfig), or options.
 *
 * Source: azureml.pipeline.steps.CommandStep.
 */
export class CommandStep extends CommandWorkStep {
  /** @throws RequestError for a wrong value. */
  constructor(
    ...given:
      | readonly [options: CommandStepOptions]
      | readonly [command: string | readonly Argument[], name?: string, options?: Omit<CommandStepOptions, 'command' | 'name'>]
      | readonly [command: string | readonly Argument[], options: Omit<CommandStepOptions, 'command'>]
  ) {
    const options = OPTIONS.judge(arranged(OPTIONS.of, ['command', 'name', 'computeTarget', 'runconfig'], given));
    const { runconfig: config } = options;
    const runconfig = config instanceof ScriptRunConfig ? config.runConfig : (config ?? new RunConfiguration());
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
      sourceDirectory: options.sourceDirectory ?? (config instanceof ScriptRunConfig ? config.sourceDirectory : undefined),
    });
  }
}
