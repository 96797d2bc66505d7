import { asOutput } from '../data/inputs.ts';
import type { ModuleDef, ModuleDefOptions, ModuleKind } from './module-def.ts';
import type { StepDescription } from './step-description.ts';

export function moduleDefOf(step: StepDescription, kind: ModuleKind, options: ModuleDefOptions): ModuleDef {
  const { executionType = 'escloud', paramDefs = [], allowReuse = step.allowReuse, version = step.version } = options;
  return {
    name: step.name,
    executionType,
    ...kind,
    inputPortDefs: step.inputs.map(({ name, form }) => ({ name, form })),
    outputPortDefs: step.outputs.map((output) => ({ name: asOutput(output).name, form: 'file' })),
    paramDefs: [...step.parameters.map(({ name, defaultValue }) => ({ name, defaultValue, isMetadataParam: false })), ...paramDefs],
    allowReuse,
    version,
  };
}
