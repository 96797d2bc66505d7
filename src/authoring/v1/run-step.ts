import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandStep as CommandSpec } from '../../language/types.ts';
import { commonParts } from './compile/common.ts';
import type { Compilation } from './compile/compilation.ts';
import { StepBindings } from './compile/step-bindings.ts';
import { type ComputeTarget, computeName } from './compute-target.ts';
import { environmentSpec } from './environment.ts';
import type { StepInput, StepOutput } from './inputs.ts';
import { invalid } from './invalid.ts';
import { type ModuleDef, type ModuleDefOptions, moduleDefOf } from './module-def.ts';
import { type Parameterized, PipelineParameter } from './pipeline-parameter.ts';
import { PipelineStep, type StepParts } from './pipeline-step.ts';
import type { RunConfiguration } from './run-configuration.ts';
import { checkRunconfigParameters, type RunconfigParameters, runScale } from './run-distribution.ts';

/** What steps that run a script or a command have in common. */
export interface RunStepOptions {
  readonly computeTarget?: ComputeTarget | undefined;
  /** Pipeline parameters for properties of the run configuration. */
  readonly runconfigPipelineParams?: RunconfigParameters | undefined;
  readonly inputs?: readonly StepInput[] | undefined;
  readonly outputs?: readonly StepOutput[] | undefined;
  /** Become environment variables `AML_PARAMETER_<name>`. */
  readonly params?: Readonly<Record<string, Parameterized<string> | Parameterized<number> | Parameterized<boolean>>> | undefined;
  /** Default: true. */
  readonly allowReuse?: boolean | undefined;
  readonly version?: string | undefined;
}

export interface RunStepParts extends StepParts {
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
  readonly #params: NonNullable<RunStepOptions['params']>;
  readonly #runconfigParameters: RunconfigParameters;

  constructor({ options, runconfig, sourceDirectory, ...parts }: RunStepParts) {
    checkRunconfigParameters(options.runconfigPipelineParams ?? {});
    const directory = resolve(sourceDirectory ?? '.');
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw invalid('sourceDirectory', `There is no folder at ${directory}.`);
    }
    super({ allowReuse: options.allowReuse, version: options.version, ...parts });
    for (const name of Object.keys(options.params ?? {})) {
      if (name in (options.runconfigPipelineParams ?? {})) {
        throw invalid('params', `${name} stands among params and among runconfigPipelineParams.`);
      }
    }
    this.runconfig = runconfig;
    this.sourceDirectory = directory;
    this.computeTarget = options.computeTarget ?? runconfig.target;
    this.#params = options.params ?? {};
    this.#runconfigParameters = options.runconfigPipelineParams ?? {};
  }

  /** The bash command, its words and references put together. */
  protected abstract command(bindings: StepBindings): string;
  /** What a graph calls such a step. */
  protected abstract readonly kind: { readonly moduleType: string; readonly stepType: string };

  settingParameters(): readonly PipelineParameter[] {
    return [...Object.values(this.#params), ...Object.values(this.#runconfigParameters)].filter(
      (each) => each instanceof PipelineParameter,
    );
  }

  toSpec(compilation: Compilation): CommandSpec {
    const bindings = new StepBindings(this, compilation);
    const { instanceCount, distribution } = runScale(this.runconfig, this.#runconfigParameters, (value) =>
      bindings.literal<string | number>(value),
    );
    const { environment, environmentVariables, maxRunDurationSeconds: timeout } = this.runconfig;
    const params = Object.entries(this.#params).map(([name, value]) => [
      `AML_PARAMETER_${name}`,
      String(bindings.literal<string | number | boolean>(value)),
    ]);
    return {
      type: 'command',
      ...commonParts(bindings),
      ...(this.computeTarget === undefined ? {} : { compute: computeName(this.computeTarget) }),
      command: this.command(bindings),
      code: { path: this.sourceDirectory, additionalIncludes: [] },
      ...(environment === undefined ? {} : { environment: environmentSpec(environment) }),
      environmentVariables: { ...environment?.environmentVariables, ...environmentVariables, ...Object.fromEntries(params) },
      ...(distribution === undefined ? {} : { distribution }),
      resources: { instanceCount },
      ...(timeout === undefined ? {} : { timeout }),
    };
  }

  createModuleDef(options: ModuleDefOptions = {}): ModuleDef {
    return moduleDefOf(this, this.kind, options);
  }
}

/** A script must be there when the step is made. */
export function checkScript(directory: string | undefined, script: string | undefined, option: string): string {
  if (script === undefined || script === '') throw invalid(option, `${option} is required: the script to run.`);
  const file = resolve(directory ?? '.', script);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw invalid(option, `There is no script at ${file}.`);
  return script;
}
