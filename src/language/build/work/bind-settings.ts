/** Settings of a step may be bound to inputs (`timeout: ${{parent.inputs.t}}`): the literal is put in before they are judged. */
import { isRecord } from '../../check.ts';
import { hasExpression, soleReference } from '../../expressions.ts';
import { dotted, type Place } from '../../findings.ts';
import type { Literal } from '../../types.ts';
import type { Surroundings } from '../context.ts';
import { unknownName } from '../names.ts';

/** These hold expressions of their own, which are bound when the step runs. */
const NOT_SETTINGS = new Set(['inputs', 'outputs', 'component', 'command', 'task', 'jobs', 'input_data', 'description', 'tags']);

export interface Literals {
  /** The step's own inputs whose literal is known; a name that is not there is no input. */
  readonly own: ReadonlyMap<string, Literal | undefined>;
  readonly parent: Surroundings | undefined;
  /** Of a component by itself: gathers the settings that depend on what inputs will be given. Undefined: their value must be known. */
  readonly deferred: Set<string> | undefined;
}

export function bindSettings(raw: Readonly<Record<string, unknown>>, literals: Literals, place: Place): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, NOT_SETTINGS.has(key) ? value : bind(value, literals, place.at(key))]),
  );
}

function bind(value: unknown, literals: Literals, place: Place): unknown {
  if (Array.isArray(value)) return value.map((item, index) => bind(item, literals, place.at(index)));
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bind(inner, literals, place.at(key))]));
  if (typeof value !== 'string' || !hasExpression(value)) return value;
  const reference = soleReference(value);
  if (reference?.scope !== 'parent_input' && reference?.scope !== 'input') return value;
  const known = reference.scope === 'input' ? literals.own : literals.parent?.inputs;
  if (known === undefined) {
    place.error('nothing-to-bind', `${value} has no pipeline around it to bind to.`);
    return undefined;
  }
  if (!known.has(reference.name)) {
    place.error('unknown-input', `${value} names no input.`, unknownName(reference.name, known.keys(), 'inputs'));
    return undefined;
  }
  const literal = known.get(reference.name);
  // Also of an input with a default, which is not what every use gives.
  if (literals.deferred !== undefined) literals.deferred.add(dotted(place.path));
  else if (literal === undefined) {
    place.error(
      'setting-not-literal',
      `The setting is bound to ${value}, which has no literal value.`,
      'Give that input a literal value (or a default): settings must be known before the job starts.',
    );
  }
  return literal;
}
