import type { ComputeTarget } from '../config/compute-target.ts';
import { Estimator } from '../config/estimator.ts';
import type { Argument } from '../data/inputs.ts';
import { invalid, shown } from '../invalid.ts';
import { pythonCommand } from './python-script-step.ts';
import { checkScript, RunStep, type RunStepOptions } from './run-step.ts';

export interface EstimatorStepOptions extends Omit<RunStepOptions, 'params'> {
  /** Default: the script's name. */
  readonly name?: string | undefined;
  /** Without scriptParams and inputs: both are given to the step. */
  readonly estimator: Estimator;
  /** Required; an empty list for a script without arguments. */
  readonly estimatorEntryScriptArguments: readonly Argument[];
  readonly computeTarget: ComputeTarget;
}

let warned = false;

/** A step that runs an estimator's script. Deprecated: use CommandStep. @throws RequestError for a wrong value. */
export class EstimatorStep extends RunStep {
  constructor(options: EstimatorStepOptions) {
    warnOnce();
    const { estimator, estimatorEntryScriptArguments: args, computeTarget } = options;
    if (!(estimator instanceof Estimator)) throw invalid('estimator', `An Estimator is required, found ${shown(estimator)}.`);
    if (computeTarget === undefined || computeTarget === null) throw invalid('computeTarget', 'computeTarget is required.');
    if (Object.keys(estimator.scriptParams).length > 0) {
      throw invalid('estimator', 'The estimator has scriptParams.', 'Give the arguments as estimatorEntryScriptArguments.');
    }
    if (!Array.isArray(args)) {
      throw invalid('estimatorEntryScriptArguments', 'A list is required.', 'Give an empty one for a script without arguments.');
    }
    if (estimator.inputs.length > 0) throw invalid('estimator', 'The estimator has inputs.', 'Give them to the EstimatorStep.');
    const script = checkScript(estimator.sourceDirectory, estimator.entryScript, 'entryScript');
    super({
      stepType: 'EstimatorStep',
      command: pythonCommand(script),
      name: options.name ?? script,
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
