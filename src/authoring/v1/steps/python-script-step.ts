import { word } from '../compile/words.ts';
import { RunConfiguration } from '../config/run-configuration.ts';
import type { Argument } from '../data/inputs.ts';
import { checkScript, RunStep, type RunStepOptions } from './run-step.ts';

export interface PythonScriptStepOptions extends RunStepOptions {
  /** Relative to `sourceDirectory`. */
  readonly scriptName: string;
  /** Default: the script's name. */
  readonly name?: string | undefined;
  readonly arguments?: readonly Argument[] | undefined;
  readonly runconfig?: RunConfiguration | undefined;
  /** Default: the working directory. */
  readonly sourceDirectory?: string | undefined;
}

/** A step that runs a Python script. @throws RequestError for a wrong value. */
export class PythonScriptStep extends RunStep {
  constructor(options: PythonScriptStepOptions) {
    const script = checkScript(options.sourceDirectory, options.scriptName, 'scriptName');
    super({
      stepType: 'PythonScriptStep',
      command: pythonCommand(script),
      name: options.name ?? script,
      inputs: options.inputs ?? [],
      outputs: options.outputs ?? [],
      arguments: options.arguments ?? [],
      options,
      runconfig: options.runconfig ?? new RunConfiguration(),
      sourceDirectory: options.sourceDirectory,
    });
  }
}

export function pythonCommand(script: string): string {
  return `python ${word(script)}`;
}
