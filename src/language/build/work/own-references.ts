/** What a step's own keys (command, arguments, input_data …) name: each must be an input or output of the step. */
import { parseTemplate, references, soleReference } from '../../expressions.ts';
import type { Place } from '../../findings.ts';
import type { InputPort, InputValue } from '../../types.ts';
import { unknownName } from '../names.ts';

export interface OwnNames {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export type Named = ReturnType<typeof references>;

/** The references of a text. */
export function referencesIn(text: string): Named {
  return references(parseTemplate(text));
}

export function checkReferences(found: Named, { inputs, outputs }: OwnNames, place: Place): void {
  for (const { reference, text: written } of found) {
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
  found: Named,
  ports: Readonly<Record<string, InputPort>>,
  inputs: Readonly<Record<string, InputValue>>,
  place: Place,
): void {
  for (const { reference, text: written, optional } of found) {
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

/** `${{inputs.x}}` or `${{outputs.x}}` → `x`, when there is one. */
export function readPort(text: string, what: 'input' | 'output', known: readonly string[], place: Place): string | undefined {
  const reference = soleReference(text);
  if (reference?.scope !== what) {
    place.error(
      'invalid-binding',
      `Expected \${{${what}s.NAME}}, found ${JSON.stringify(text)}.`,
      known.length === 0 ? `This step has no ${what}s.` : `Known: ${known.join(', ')}.`,
    );
    return undefined;
  }
  if (!known.includes(reference.name)) {
    place.error(`unknown-${what}`, `${text} names no ${what} of this step.`, unknownName(reference.name, known, `${what}s`));
    return undefined;
  }
  return reference.name;
}
