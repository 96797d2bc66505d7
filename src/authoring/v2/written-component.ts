/** A component that is written out in a program: parallel or command work with its settings. */
import { RequestError } from '../../errors/types.ts';
import { componentFromObject } from '../../language/index.ts';
import { type Document, mapValues } from '../document.ts';
import { type Component, makeComponent } from './component.ts';
import type { DeclaredInput, InputPorts, JudgedComponent } from './component-shape.ts';
import { portDocument } from './input.ts';
import type { OutputPorts } from './job.ts';
import { outputDocument, outputPortDocument } from './output.ts';
import { settingsDocument, type WorkOptions } from './settings.ts';
import { isDataType, valueDocument } from './values.ts';

export interface ComponentOptions<I extends InputPorts, O extends OutputPorts> {
  /** The component's name; a step that is not named itself is named after it. */
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly inputs?: I | undefined;
  readonly outputs?: O | undefined;
  /** Its outputs follow from its inputs alone, so that finished ones can be taken again. Default: true. */
  readonly isDeterministic?: boolean | undefined;
}

/** @throws RequestError with everything that is wrong in the component. */
export function writtenComponent<I extends InputPorts, O extends OutputPorts>(
  type: 'parallel' | 'command',
  options: ComponentOptions<I, O> & WorkOptions,
): Component<I, O> {
  const { name, version, inputs, outputs, isDeterministic, compute, experimentName, services, ...work } = options;
  const settings = settingsDocument(work);
  const ports = Object.entries<InputPorts[string]>(inputs ?? {});
  const component: Document = {
    type,
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...(isDeterministic !== undefined && { is_deterministic: isDeterministic }),
    inputs: Object.fromEntries(ports.map(([key, port]) => [key, declaration(port)])),
    outputs: mapValues<OutputPorts[string], unknown>(outputs ?? {}, outputPortDocument),
    ...settings,
  };
  const { spec, warnings } = componentFromObject(component, { baseDirectory: process.cwd() });
  // In a component file an unknown key is a warning, as it may be of another version; in a program it is a slip.
  const unknown = warnings.filter(({ code }) => code === 'unknown-key');
  if (unknown.length > 0) throw new RequestError(unknown);
  const definition: JudgedComponent = {
    type,
    name,
    component,
    spec,
    inputs: Object.fromEntries(ports.map(([key, port]) => [key, declared(port)])),
    outputs: outputs ?? {},
    outputValues: mapValues<OutputPorts[string], unknown>(outputs ?? {}, outputDocument),
    running: settingsDocument({ compute, experimentName, services }),
    alone: isDeterministic === false ? undefined : { ...(name !== undefined && { display_name: name }), ...settings },
  };
  return makeComponent(definition);
}

function declaration(port: InputPorts[string]): Record<string, unknown> {
  return typeof port === 'object' ? portDocument(port) : { type: literalType(port) };
}

function declared(port: InputPorts[string]): DeclaredInput {
  if (typeof port !== 'object') return { type: literalType(port), value: port };
  const type = port.type ?? 'uri_folder';
  const value = port.path === undefined && !isDataType(type) ? port.default : valueDocument(port, type);
  return { type, value };
}

/** JavaScript does not tell 1 from 1.0: a number is a number. */
function literalType(value: string | number | boolean): 'string' | 'number' | 'boolean' {
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : 'number';
}
