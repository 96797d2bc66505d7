/** References inside a step's own text (command, arguments): each must name an input or output of the step. */
import { hasExpression, parseTemplate, references } from '../expressions.ts';
import type { Place } from '../findings.ts';
import type { InputPort, InputValue } from '../types.ts';
import { unknownName } from './values.ts';

export interface OwnNames {
  readonly inputs: Iterable<string>;
  readonly outputs: Iterable<string>;
}

export function checkText(text: string, own: OwnNames, place: Place): void {
  if (!hasExpression(text)) return;
  const inputs = [...own.inputs];
  const outputs = [...own.outputs];
  for (const { reference, text: written } of references(parseTemplate(text))) {
    if (reference.scope === 'input' && !inputs.includes(reference.name)) {
      place.error('unknown-input', `${written} names no input of this step.`, unknownName(reference.name, inputs, 'inputs'));
    } else if (reference.scope === 'output' && !outputs.includes(reference.name)) {
      place.error('unknown-output', `${written} names no output of this step.`, unknownName(reference.name, outputs, 'outputs'));
    } else if (reference.scope === 'unknown') {
      place.error('unknown-expression', `${written} is no expression that is known here.`, 'Use ${{inputs.NAME}} or ${{outputs.NAME}}.');
    } else if (reference.scope !== 'input' && reference.scope !== 'output' && reference.scope !== 'macro') {
      place.error(
        'expression-out-of-place',
        `${written} cannot stand here: a step's own text names only its own inputs and outputs.`,
        'Give the step an input bound to it, and write ${{inputs.NAME}} here.',
      );
    }
  }
}

/** An optional input that may be absent must stand in `$[[ … ]]`, where it can be left out. */
export function warnAboutAbsent(
  text: string,
  ports: Readonly<Record<string, InputPort>>,
  inputs: Readonly<Record<string, InputValue>>,
  place: Place,
): void {
  for (const { reference, text: written, optional } of references(parseTemplate(text))) {
    if (reference.scope !== 'input' || optional) continue;
    if (ports[reference.name]?.optional === true && inputs[reference.name] === undefined) {
      place.warn(
        'optional-not-given',
        `${written} names an optional input that was not given; it becomes empty text.`,
        `Write $[[ … ${written} ]] to leave it out.`,
      );
    }
  }
}
