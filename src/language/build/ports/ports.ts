/** Ports: what a component declares, and what a step that was written in place is taken to declare. */
import type * as z from 'zod';
import type { Place } from '../../findings.ts';
import type { inputPort, outputPort } from '../../schema/common.ts';
import { DATA_TYPES, INPUT_MODES, OUTPUT_MODES, PRIMITIVE_TYPES } from '../../schema/common.ts';
import type { InputPort, InputValue, OutputPort, OutputValue } from '../../types.ts';
import { checkKey } from '../names.ts';
import { literalOf, oneOf } from '../scalars.ts';
import { fitLiteral, isPrimitive, typeOfLiteral } from './literals.ts';

export interface Ports {
  readonly inputPorts: Readonly<Record<string, InputPort>>;
  readonly outputPorts: Readonly<Record<string, OutputPort>>;
}

type RawInputPort = z.infer<typeof inputPort>;
type RawOutputPort = z.infer<typeof outputPort>;

export function readInputPorts(raw: Readonly<Record<string, RawInputPort>> | null | undefined, place: Place): Record<string, InputPort> {
  const ports: Record<string, InputPort> = {};
  for (const [name, port] of Object.entries(raw ?? {})) {
    if (checkKey('port', name, 'input port name', place.at(name))) ports[name] = readInputPort(name, port, place.at(name));
  }
  return ports;
}

function readInputPort(name: string, raw: RawInputPort, place: Place): InputPort {
  const type = raw.type === 'path' ? 'uri_folder' : (oneOf([...DATA_TYPES, ...PRIMITIVE_TYPES], raw.type) ?? 'string');
  const mode = oneOf(INPUT_MODES, raw.mode);
  const min = bound(raw.min, 'min', place);
  const max = bound(raw.max, 'max', place);
  if (min !== undefined && max !== undefined && min > max)
    place.at('max').error('empty-range', `The largest value ${max} is below the smallest value ${min}.`);
  const port: InputPort = {
    type,
    ...(raw.description !== undefined && { description: raw.description }),
    optional: String(raw.optional ?? false).toLowerCase() === 'true',
    ...(raw.enum !== undefined && { enum: raw.enum.map((value, index) => literalOf(value, place.at('enum', index))) }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(mode !== undefined && { mode }),
    ...(raw.read === 'table' && { read: raw.read }),
  };
  if (!isPrimitive(type) && (raw.enum ?? raw.min ?? raw.max) !== undefined) {
    place.error('stray-range', `An input of type ${type} has no enum, min or max.`);
  }
  if (raw.default === undefined || raw.default === '') return raw.default === '' && type === 'string' ? { ...port, default: '' } : port;
  if (!isPrimitive(type)) {
    place
      .at('default')
      .error(
        'default-for-data',
        `An input of type ${type} cannot have a default.`,
        'Make it "optional: true", or give the data in each job.',
      );
    return port;
  }
  const fitted = fitLiteral(literalOf(raw.default, place.at('default')), port, name, place.at('default'));
  return fitted === undefined ? port : { ...port, default: fitted };
}

function bound(raw: string | number | undefined, key: 'min' | 'max', place: Place): number | undefined {
  if (raw === undefined) return undefined;
  const value = Number(raw);
  if (raw !== '' && Number.isFinite(value)) return value;
  place.at(key).error('wrong-type', `Expected a number, found ${JSON.stringify(raw)}.`);
  return undefined;
}

export function readOutputPorts(raw: Readonly<Record<string, RawOutputPort>> | null | undefined, place: Place): Record<string, OutputPort> {
  const ports: Record<string, OutputPort> = {};
  for (const [name, port] of Object.entries(raw ?? {})) {
    if (!checkKey('port', name, 'output port name', place.at(name))) continue;
    const mode = oneOf(OUTPUT_MODES, port.mode);
    ports[name] = {
      type: port.type === 'path' ? 'uri_folder' : (oneOf(DATA_TYPES, port.type) ?? 'uri_folder'),
      ...(port.description !== undefined && { description: port.description }),
      ...(mode !== undefined && { mode }),
    };
  }
  return ports;
}

/** The port that an input has by what it was given; `bound` finds the type of what an expression names. */
function portOfValue(value: InputValue, bound: (text: string) => InputPort['type'] | undefined): InputPort {
  if (value.kind === 'literal') return { type: typeOfLiteral(value.value), optional: false };
  const mode = { ...(value.mode !== undefined && { mode: value.mode }), ...(value.read !== undefined && { read: value.read }) };
  if (value.kind === 'data') return { type: value.type, optional: false, ...mode };
  return { type: value.type ?? bound(value.text) ?? 'uri_folder', optional: false, ...mode };
}

function portOfOutput(value: OutputValue, bound: (text: string) => OutputPort['type'] | undefined): OutputPort {
  const type = value.type ?? (value.binding === undefined ? undefined : bound(value.binding)) ?? 'uri_folder';
  return { type, ...(value.mode !== undefined && { mode: value.mode }) };
}

/** The ports that a step written in place is taken to declare. */
export function inlinePorts(
  inputs: Readonly<Record<string, InputValue>>,
  outputs: Readonly<Record<string, OutputValue>>,
  boundInput: (text: string) => InputPort['type'] | undefined,
  boundOutput: (text: string) => OutputPort['type'] | undefined,
): Ports {
  return {
    inputPorts: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, portOfValue(value, boundInput)])),
    outputPorts: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, portOfOutput(value, boundOutput)])),
  };
}
