import { type ComputeTarget, computeTarget } from '../config/compute-target.ts';
import { Estimator } from '../config/estimator.ts';
import type { Argument } from '../data/inputs.ts';
import { invalid } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { instance, optional, rule } from '../options/rules.ts';
import { COMMAND_WORK, type CommandWorkOptions, CommandWorkStep, stepName } from './command-work-step.ts';
import { pythonCommand } from './python-script-step.ts';

/** What an EstimatorStep is made from. Source: azureml.pipeline.steps.EstimatorStep. */
export interface EstimatorStepOptions extends Omit<CommandWorkOptions, 'params' | 'computeTarget'> {
  /** Default: the script's name. */
  readonly name?: string | undefined;
  /** Without scriptParams, inputs and resumeFrom: they are given to the step. */
  readonly estimator: Estimator;
  /** Required; an empty list for a script without arguments. */
  readonly estimatorEntryScriptArguments: readonly Argument[];
  /** Where the step runs. */
  readonly computeTarget: ComputeTarget;
}

const { params: _, ...WORK } = COMMAND_WORK;
const OPTIONS = new Options<EstimatorStepOptions>('EstimatorStep', {
  ...WORK,
  name: optional(stepName),
  estimator: instance(Estimator, 'an Estimator'),
  estimatorEntryScriptArguments: rule<readonly Argument[]>('a list (an empty one for a script without arguments)', Array.isArray),
  computeTarget,
});

let warned = false;

/**
 * A step that runs an estimator's script. Deprecated: use CommandStep. Values in Python's order
 * (name, estimator, estimatorEntryScriptArguments), or options.
 *
 * Source: azureml.pipeline.steps.EstimatorStep.
 */
export class EstimatorStep extends CommandWorkStep {
  /** @throws RequestError for a wrong value, an estimator that has what the step takes for itself, and a script that is not there. */
  constructor(
    ...given:
      | readonly [options: EstimatorStepOptions]
      | readonly [name: string | undefined, options: Omit<EstimatorStepOptions, 'name'>]
      | readonly [name: string | undefined, estimator: Estimator, options: Omit<EstimatorStepOptions, 'name' | 'estimator'>]
  ) {
    warnOnce();
    const options = OPTIONS.judge(arranged(OPTIONS.of, ['name', 'estimator', 'estimatorEntryScriptArguments'], given));
    const { estimator, estimatorEntryScriptArguments: args } = options;
    if (Object.keys(estimator.scriptParams).length > 0) {
      throw invalid('estimator', 'The estimator has scriptParams.', 'Give the arguments as estimatorEntryScriptArguments.');
    }
    if (estimator.resumeFrom !== undefined) {
      throw invalid(
        'estimator',
        'The estimator has resumeFrom.',
        "Give it among estimatorEntryScriptArguments: '--resume-from', and where.",
      );
    }
    if (estimator.inputs.length > 0) throw invalid('estimator', 'The estimator has inputs.', 'Give them to the EstimatorStep.');
    if (estimator.entryScript === undefined) throw invalid('entryScript', 'entryScript of the estimator is required: the script to run.');
    super({
      stepType: 'EstimatorStep',
      command: pythonCommand(estimator.entryScript),
      script: { option: 'entryScript', name: estimator.entryScript },
      name: options.name ?? estimator.entryScript,
      inputs: options.inputs ?? [],
      outputs: options.outputs ?? [],
      arguments: args,
      options,
      runconfig: estimator.runConfig,
      sourceDirectory: estimator.sourceDirectory,
    });
  }
}

function warnOnce(): void {
  if (warned) return;
  warned = true;
  process.emitWarning('EstimatorStep is deprecated. Use CommandStep instead.', 'DeprecationWarning');
}
