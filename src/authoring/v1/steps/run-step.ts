import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ComputeTarget } from '../config/compute-target.ts';
import type { RunConfiguration } from '../config/run-configuration.ts';
import { checkRunconfigParameters, type RunconfigParameters } from '../config/runconfig-parameters.ts';
import type { StepInput, StepOutput } from '../data/inputs.ts';
import { moduleDefOf } from '../graph/describe-module.ts';
import type { ModuleDef, ModuleDefOptions } from '../graph/module-def.ts';
import type { RunParams, RunStepType } from '../graph/step-description.ts';
import { invalid } from '../invalid.ts';
import { PipelineStep, type StepParts } from './pipeline-step.ts';

/** What steps that run a script or a command have in common. */
export interface RunStepOptions {
  readonly computeTarget?: ComputeTarget | undefined;
  /** Pipeline parameters for properties of the run configuration. */
  readonly runconfigPipelineParams?: RunconfigParameters | undefined;
  readonly inputs?: readonly StepInput[] | undefined;
  readonly outputs?: readonly StepOutput[] | undefined;
  /** Become environment variables `AML_PARAMETER_<name>`. */
  readonly params?: RunParams | undefined;
  /** Default: true. */
  readonly allowReuse?: boolean | undefined;
  readonly version?: string | undefined;
}

export interface RunStepParts extends Omit<StepParts, 'work' | 'split'> {
  readonly stepType: RunStepType;
  /** For bash; the arguments are put behind it. */
  readonly command: string;
  readonly options: RunStepOptions;
  readonly runconfig: RunConfiguration;
  /** Default: the working directory. */
  readonly sourceDirectory: string | undefined;
}

/** A step that runs once (or once for each process of a distribution), as opposed to once for each mini-batch. */
export abstract class RunStep extends PipelineStep {
  readonly runconfig: RunConfiguration;
  readonly sourceDirectory: string;
  readonly computeTarget: ComputeTarget | undefined;
  readonly #stepType: RunStepType;

  constructor({ stepType, command, options, runconfig, sourceDirectory, ...parts }: RunStepParts) {
    const { params = {}, runconfigPipelineParams: runconfigParameters = {}, allowReuse, version } = options;
    checkRunconfigParameters(runconfigParameters);
    const directory = resolve(sourceDirectory ?? '.');
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw invalid('sourceDirectory', `There is no folder at ${directory}.`);
    }
    const computeTarget = options.computeTarget ?? runconfig.target;
    const work = { kind: 'command', stepType, command, directory, runconfig, computeTarget, params, runconfigParameters } as const;
    super({ allowReuse, version, ...parts, work });
    for (const name of Object.keys(params)) {
      if (name in runconfigParameters) throw invalid('params', `${name} stands among params and among runconfigPipelineParams.`);
    }
    this.runconfig = runconfig;
    this.sourceDirectory = directory;
    this.computeTarget = computeTarget;
    this.#stepType = stepType;
  }

  createModuleDef(options: ModuleDefOptions = {}): ModuleDef {
    return moduleDefOf(this, { moduleType: 'None', stepType: this.#stepType }, options);
  }
}

/** A script must be there when the step is made. */
export function checkScript(directory: string | undefined, script: string | undefined, option: string): string {
  if (script === undefined || script === '') throw invalid(option, `${option} is required: the script to run.`);
  const file = resolve(directory ?? '.', script);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw invalid(option, `There is no script at ${file}.`);
  return script;
}
