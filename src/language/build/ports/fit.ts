/** What a step gives, against what its component declares. */

import { soleReference } from '../../expressions.ts';
import type { Place } from '../../findings.ts';
import type { InputPort, InputValue, OutputPort, OutputValue, Step } from '../../types.ts';
import type { Surroundings } from '../context.ts';
import { unknownName } from '../names.ts';
import { fitLiteral, isPrimitive } from './literals.ts';

/**
 * The inputs as the ports take them, with the defaults of those that were not given.
 * @param taker one that nobody declared is passed over by a nested pipeline, as in the cloud; others must have it
 */
export function fitInputs(
  given: Readonly<Record<string, InputValue>>,
  ports: Readonly<Record<string, InputPort>>,
  taker: Step['type'],
  surroundings: Surroundings | undefined,
  what: string,
  place: Place,
): Record<string, InputValue> {
  const fitted: Record<string, InputValue> = {};
  for (const [name, value] of Object.entries(given)) {
    const port = Object.hasOwn(ports, name) ? ports[name] : undefined;
    if (port === undefined) {
      const known = unknownName(name, Object.keys(ports), 'inputs');
      if (taker === 'pipeline')
        place
          .at(name)
          .keyWarn(
            'unknown-input',
            `${what} is a pipeline without an input ${JSON.stringify(name)}: what it is given is passed over.`,
            known,
          );
      else place.at(name).keyError('unknown-input', `${what} has no input ${JSON.stringify(name)}.`, known);
    } else {
      fitted[name] = fitInput(name, value, port, surroundings, place.at(name));
    }
  }
  for (const [name, port] of Object.entries(ports)) {
    if (Object.hasOwn(given, name)) continue;
    // An optional input whose default is empty text is one that is not given.
    if (port.default !== undefined && !(port.optional && port.default === '')) fitted[name] = { kind: 'literal', value: port.default };
    else if (!port.optional) {
      place.at(name).error('missing-input', `${what} requires the input ${JSON.stringify(name)} (${port.type}), which was not given.`);
    }
  }
  return fitted;
}

function fitInput(name: string, value: InputValue, port: InputPort, surroundings: Surroundings | undefined, place: Place): InputValue {
  if (value.kind === 'literal') {
    const literal = fitLiteral(value.value, port, name, place, 'warning');
    return literal === undefined ? value : { kind: 'literal', value: literal };
  }
  if (value.kind === 'data') {
    if (isPrimitive(port.type) && port.type !== 'string') {
      place.error('data-for-literal', `The input ${JSON.stringify(name)} takes a literal (${port.type}), found data at ${value.path}.`);
    } else if (port.type === 'uri_file' && value.type === 'uri_folder') {
      place.error(
        'folder-for-file',
        `The input ${JSON.stringify(name)} takes one file (uri_file), found a whole folder.`,
        'Name the file in it.',
      );
    }
    return value;
  }
  const reference = soleReference(value.text);
  const literal = reference?.scope === 'parent_input' ? surroundings?.inputs.get(reference.name) : undefined;
  // Whether a literal may be bound to data at all is judged with the graph.
  if (literal !== undefined && isPrimitive(port.type)) fitLiteral(literal, port, name, place, 'warning');
  return value;
}

export function fitOutputs(
  given: Readonly<Record<string, OutputValue>>,
  ports: Readonly<Record<string, OutputPort>>,
  what: string,
  place: Place,
): Record<string, OutputValue> {
  const fitted: Record<string, OutputValue> = Object.fromEntries(Object.keys(ports).map((name) => [name, {}]));
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(ports, name)) fitted[name] = value;
    else
      place
        .at(name)
        .keyError('unknown-output', `${what} has no output ${JSON.stringify(name)}.`, unknownName(name, Object.keys(ports), 'outputs'));
  }
  return fitted;
}
