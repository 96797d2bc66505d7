import type { Argument } from '../data/inputs.ts';
import { asOutput } from '../data/inputs.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, instance, isPlain, list, optional, rule, text } from '../options/rules.ts';
import type { ModuleDef, ModuleDefArguments, ModuleDefOptions, ModuleKind, ParamDef } from './module-def.ts';
import { InputPortBinding, OutputPortBinding } from './port-bindings.ts';
import type { StepDescription } from './step-description.ts';

const OPTIONS = new Options<ModuleDefOptions>('createModuleDef', {
  executionType: optional(text),
  inputBindings: optional(list(instance(InputPortBinding, 'an InputPortBinding'))),
  outputBindings: optional(list(instance(OutputPortBinding, 'an OutputPortBinding'))),
  paramDefs: optional(list(rule<ParamDef>('an object with a name', (value) => isPlain(value) && typeof value.name === 'string'))),
  createSequencingPorts: optional(flag),
  allowReuse: optional(flag),
  version: optional(text),
  moduleType: optional(text),
  arguments: optional(rule<readonly Argument[]>('a list', Array.isArray)),
});

/** @throws RequestError for a wrong option. */
export function moduleOptions(given: ModuleDefArguments): ModuleDefOptions {
  return OPTIONS.judge(arranged(OPTIONS.of, ['executionType'], given));
}

export function moduleDefOf(step: StepDescription, kind: ModuleKind, options: ModuleDefOptions): ModuleDef {
  const { executionType = 'escloud', paramDefs = [], allowReuse = step.allowReuse, version = step.version } = options;
  const inputs = options.inputBindings?.map((binding) => binding.toInput()) ?? step.inputs;
  const outputs = options.outputBindings ?? step.outputs;
  return {
    name: step.name,
    executionType,
    moduleType: options.moduleType ?? kind.moduleType,
    stepType: kind.stepType,
    inputPortDefs: inputs.map(({ name, form }) => ({ name, form })),
    outputPortDefs: outputs.map((output) => ({ name: asOutput(output).name, form: 'file' })),
    paramDefs: [...step.parameters.map(({ name, defaultValue }) => ({ name, defaultValue, isMetadataParam: false })), ...paramDefs],
    arguments: options.arguments ?? step.arguments,
    createSequencingPorts: options.createSequencingPorts ?? true,
    allowReuse,
    version,
  };
}
