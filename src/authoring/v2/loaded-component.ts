/** Components that are defined elsewhere: in a file, or registered under a name. */
import { readFileSync, writeFileSync } from 'node:fs';
import { RequestError } from '../../errors/types.ts';
import type { ComponentSpec } from '../../spec/types.ts';
import { type Component, makeComponent } from './component.ts';
import { ComponentReference, LocalPath, mapValues } from './document.ts';
import type { InputOptions } from './input.ts';
import type { OutputOptions } from './output.ts';

/** The compiler does not read YAML: every name compiles, and a wrong one is told when the component is called. Give the names to have them checked: `LooseComponent<'table', 'scores'>`. */
export type LooseComponent<I extends string = string, O extends string = string> = Component<
  Readonly<Record<I, InputOptions>>,
  Readonly<Record<O, OutputOptions>>
>;

export function componentOfFile<I extends string, O extends string>(file: string, spec: ComponentSpec): LooseComponent<I, O> {
  const where = new LocalPath(file);
  return component(where, spec, (target) => writeFileSync(target, readFileSync(where.absolute)));
}

export function registeredComponent<I extends string, O extends string>(
  name: string,
  version: string,
  spec: ComponentSpec,
): LooseComponent<I, O> {
  const reference = `azureml:${name}:${version}`;
  return component(reference, spec, () => {
    throw new RequestError({
      code: 'registered-component',
      message: `The component ${reference} is registered and has no file of its own.`,
      hint: `Name it where it is used: component: ${reference}`,
    });
  });
}

function component<I extends string, O extends string>(
  where: LocalPath | string,
  spec: ComponentSpec,
  dump: (file: string) => void,
): LooseComponent<I, O> {
  const { step } = spec;
  return makeComponent(
    {
      type: step.type,
      name: step.component.name,
      component: new ComponentReference(where, spec),
      spec,
      inputs: mapValues(step.inputPorts, ({ type }) => ({ type })),
      outputs: mapValues(step.outputPorts, ({ type }) => ({ type })),
      outputValues: {},
      running: {},
      alone: undefined,
    },
    dump,
  );
}
