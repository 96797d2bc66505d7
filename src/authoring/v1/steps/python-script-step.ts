import { word } from '../compile/words.ts';
import { RunConfiguration } from '../config/run-configuration.ts';
import type { Argument } from '../data/inputs.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { instance, list, named, nonEmptyText, optional, rule, text } from '../options/rules.ts';
import { tellWithoutEffect } from '../options/without-effect.ts';
import { COMMAND_WORK, type CommandWorkOptions, CommandWorkStep, stepName } from './command-work-step.ts';

/** What a PythonScriptStep is made from. Source: azureml.pipeline.steps.PythonScriptStep. */
export interface PythonScriptStepOptions extends CommandWorkOptions {
  /** The script, relative to `sourceDirectory`. */
  readonly scriptName: string;
  /** Default: the script's name. */
  readonly name?: string | undefined;
  /** Of the script. Default: none. */
  readonly arguments?: readonly Argument[] | undefined;
  /** What it runs on and in. */
  readonly runconfig?: RunConfiguration | undefined;
  /** The folder of the script and what it needs. Default: the pipeline's `defaultSourceDirectory`, else the working directory. */
  readonly sourceDirectory?: string | undefined;
  /** Deprecated in Azure: all files of the folder count for reuse. Without effect. */
  readonly hashPaths?: readonly string[] | undefined;
}

const OPTIONS = new Options<PythonScriptStepOptions>('PythonScriptStep', {
  scriptName: named('the script to run', nonEmptyText),
  name: optional(stepName),
  arguments: optional(rule<readonly Argument[]>('a list', Array.isArray)),
  ...COMMAND_WORK,
  runconfig: optional(instance(RunConfiguration)),
  sourceDirectory: optional(nonEmptyText),
  hashPaths: optional(list(text)),
});

/**
 * A step that runs a Python script. Values in Python's order (scriptName, name, arguments, computeTarget, runconfig), or options.
 *
 * Source: azureml.pipeline.steps.PythonScriptStep.
 */
export class PythonScriptStep extends CommandWorkStep {
  /** @throws RequestError for a wrong value, and a script that is not there. */
  constructor(
    ...given:
      | readonly [options: PythonScriptStepOptions]
      | readonly [scriptName: string, options?: Omit<PythonScriptStepOptions, 'scriptName'>]
      | readonly [scriptName: string, name: string | undefined, options?: Omit<PythonScriptStepOptions, 'scriptName' | 'name'>]
  ) {
    const options = OPTIONS.judge(arranged(OPTIONS.of, ['scriptName', 'name', 'arguments', 'computeTarget', 'runconfig'], given));
    const { scriptName, runconfig } = options;
    tellWithoutEffect(OPTIONS.of, options, ['hashPaths']);
    super({
      stepType: 'PythonScriptStep',
      command: pythonCommand(scriptName),
      script: { option: 'scriptName', name: scriptName },
      name: options.name ?? scriptName,
      inputs: options.inputs ?? [],
      outputs: options.outputs ?? [],
      arguments: options.arguments ?? [],
      options,
      runconfig: runconfig ?? new RunConfiguration(),
      sourceDirectory: options.sourceDirectory,
    });
  }
}

export function pythonCommand(script: string): string {
  return `python ${word(script)}`;
}
