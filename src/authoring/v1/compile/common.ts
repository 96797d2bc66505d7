/** What every step of a compiled job has. */
import type { CommandStep, ComponentOrigin } from '../../../language/types.ts';
import type { StepBindings } from './step-bindings.ts';

type Common = Pick<CommandStep, 'tags' | 'properties' | 'component' | 'inputPorts' | 'outputPorts' | 'inputs' | 'outputs' | 'cloudOnly'>;

export function commonParts({ step, inputPorts, inputs, outputPorts, outputs }: StepBindings): Common {
  const component: ComponentOrigin = {
    name: step.name,
    ...(step.version === undefined ? {} : { version: step.version }),
    isDeterministic: step.allowReuse,
  };
  return { tags: {}, properties: {}, component, inputPorts, inputs, outputPorts, outputs, cloudOnly: {} };
}
