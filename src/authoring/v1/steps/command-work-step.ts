import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ComputeTarget, computeTarget } from '../config/compute-target.ts';
import type { RunConfiguration } from '../config/run-configuration.ts';
import { checkRunconfigParameters, type RunconfigParameters } from '../config/runconfig-parameters.ts';
import type { StepInput, StepOutput } from '../data/inputs.ts';
import { parameterized } from '../data/pipeline-parameter.ts';
import { moduleDefOf, moduleOptions } from '../graph/describe-module.ts';
import type { ModuleDef, ModuleDefArguments } from '../graph/module-def.ts';
import type { CommandParams, CommandStepType, CommandWork } from '../graph/step-description.ts';
import { invalid } from '../invalid.ts';
import type { Shape } from '../options/judge.ts';
import { flag, isPlain, literal, optional, type Rule, record, rule, text } from '../options/rules.ts';
import { PipelineStep, type StepContext, type StepParts } from './pipeline-step.ts';

/** What steps that run a script or a command have in common. */
export interface CommandWorkOptions {
  /** Where the step runs. Default: what the runconfig says, else this machine. */
  readonly computeTarget?: ComputeTarget | undefined;
  /** Pipeline parameters for properties of the run configuration. Default: none. */
  readonly runconfigPipelineParams?: RunconfigParameters | undefined;
  /** What it reads. Default: what stands among its arguments. */
  readonly inputs?: readonly StepInput[] | undefined;
  /** What it writes. Default: what stands among its arguments. */
  readonly outputs?: readonly StepOutput[] | undefined;
  /** Become environment variables `AML_PARAMETER_<name>`. Default: none. */
  readonly params?: CommandParams | undefined;
  /** Take the outputs of a finished step with the same settings, code and data. Default: true. */
  readonly allowReuse?: boolean | undefined;
  /** A step of another version is another step: its results are not taken. */
  readonly version?: string | undefined;
}

export const inputList = rule<readonly StepInput[]>('a list of inputs', Array.isArray);
export const outputList = rule<readonly StepOutput[]>('a list of outputs', Array.isArray);
export const stepName: Rule<string> = rule('a name', (value) => typeof value === 'string' && value.trim() !== '');

export const COMMAND_WORK: Shape<CommandWorkOptions> = {
  computeTarget: optional(computeTarget),
  runconfigPipelineParams: optional(rule<RunconfigParameters>('an object with pipeline parameters', isPlain)),
  inputs: optional(inputList),
  outputs: optional(outputList),
  params: optional(record(parameterized(literal), 'an object with text, numbers, booleans or pipeline parameters')),
  allowReuse: optional(flag),
  version: optional(text),
};

/** What the classes of steps that run a script or a command make a step from. */
export interface CommandWorkParts extends Omit<StepParts, 'work' | 'split'> {
  /** The class that a user made the step with. */
  readonly stepType: CommandStepType;
  /** For bash; the arguments are put behind it. */
  readonly command: string;
  /** That must be in the folder, by the option that it was given as. */
  readonly script?: { readonly option: string; readonly name: string } | undefined;
  /** What the user gave. */
  readonly options: CommandWorkOptions;
  /** What it runs on and in. */
  readonly runconfig: RunConfiguration;
  /** Default: the pipeline's, else the working directory. */
  readonly sourceDirectory: string | undefined;
}

/** A step that runs once (or once for each process of a distribution), as opposed to once for each mini-batch. */
export abstract class CommandWorkStep extends PipelineStep {
  /** What it runs on and in. */
  readonly runconfig: RunConfiguration;
  /** Where it runs (in a copy), absolute; without one of its own a pipeline's `defaultSourceDirectory` stands before it. */
  readonly sourceDirectory: string;
  /** Where it runs. */
  readonly computeTarget: ComputeTarget | undefined;
  readonly #work: CommandWork;
  readonly #script: CommandWorkParts['script'];
  readonly #hasFolder: boolean;

  /** @throws RequestError for a folder or a script that is not there, where the step says its folder. */
  constructor({ stepType, command, script, options, runconfig, sourceDirectory, ...parts }: CommandWorkParts) {
    const { params = {}, runconfigPipelineParams: runconfigParameters = {}, allowReuse, version } = options;
    checkRunconfigParameters(runconfigParameters);
    const directory = resolve(sourceDirectory ?? '.');
    if (sourceDirectory !== undefined) checkFolder(directory, script);
    const target = options.computeTarget ?? runconfig.target;
    const work = { kind: 'command', stepType, command, directory, runconfig, computeTarget: target, params, runconfigParameters } as const;
    super({ allowReuse, version, ...parts, work });
    for (const name of Object.keys(params)) {
      if (name in runconfigParameters) throw invalid('params', `${name} stands among params and among runconfigPipelineParams.`);
    }
    this.runconfig = runconfig;
    this.sourceDirectory = directory;
    this.computeTarget = target;
    this.#work = work;
    this.#script = script;
    this.#hasFolder = sourceDirectory !== undefined;
  }

  /** What the step is, as a module of a graph. @throws RequestError for a wrong option. */
  createModuleDef(...given: ModuleDefArguments): ModuleDef {
    return moduleDefOf(this, { moduleType: 'None', stepType: this.#work.stepType }, moduleOptions(given));
  }

  protected override workIn({ defaultSourceDirectory }: StepContext): CommandWork {
    if (this.#hasFolder) return this.#work;
    const directory = resolve(defaultSourceDirectory ?? this.sourceDirectory);
    checkFolder(directory, this.#script);
    return { ...this.#work, directory };
  }
}

function checkFolder(directory: string, script: CommandWorkParts['script']): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw invalid('sourceDirectory', `There is no folder at ${directory}.`);
  }
  if (script === undefined) return;
  const file = resolve(directory, script.name);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw invalid(script.option, `There is no script at ${file}.`);
}
