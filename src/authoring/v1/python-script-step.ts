import type { StepBindings } from './compile/step-bindings.ts';
import { word } from './compile/words.ts';
import type { Argument } from './inputs.ts';
import { RunConfiguration } from './run-configuration.ts';
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
  protected readonly kind = { moduleType: 'None', stepType: 'PythonScriptStep' };
  readonly #script: string;

  constructor(options: PythonScriptStepOptions) {
    const script = checkScript(options.sourceDirectory, options.scriptName, 'scriptName');
    super({
      name: options.name ?? script,
      inputs: options.inputs ?? [],
      outputs: options.outputs ?? [],
      arguments: options.arguments ?? [],
      options,
      runconfig: options.runconfig ?? new RunConfiguration(),
      sourceDirectory: options.sourceDirectory,
    });
    this.#script = script;
  }

  protected command(bindings: StepBindings): string {
    return pythonCommand(this.#script, bindings.words(this.arguments));
  }
}

export function pythonCommand(script: string, words: readonly string[]): string {
  return ['python', word(script), ...words].join(' ');
}
