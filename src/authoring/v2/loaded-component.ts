/** Components that are defined elsewhere: in a file, or registered under a name. */

import { componentObject } from '../../language/index.ts';
import type { ComponentSpec } from '../../language/types.ts';
import { mapValues } from '../document.ts';
import { type Component, makeComponent } from './component.ts';
import type { InputOptions } from './input.ts';
import type { OutputOptions } from './output.ts';
import { partedDocument } from './parted-document.ts';
import type { WorkOptions } from './settings.ts';

/** The compiler does not read YAML: every name compiles, and a wrong one is refused when the component is called. Give the names to have them checked: `LooseComponent<'table', 'scores'>`. */
export type LooseComponent<I extends string = string, O extends string = string> = Component<
  Readonly<Record<I, InputOptions>>,
  Readonly<Record<O, OutputOptions>>,
  WorkOptions
>;

/** @internal */
export function componentOf<I extends string, O extends string>(spec: ComponentSpec): LooseComponent<I, O> {
  const { step } = spec;
  const shape = {
    type: step.type,
    name: step.component.name,
    component: spec,
    inputs: mapValues(step.inputPorts, ({ type }) => ({ type })),
    outputs: mapValues(step.outputPorts, ({ type }) => ({ type })),
    outputValues: {},
    running: {},
    own: partedDocument(step.type, componentObject(spec)).settings,
    alone: undefined,
  };
  return makeComponent(shape, spec);
}
