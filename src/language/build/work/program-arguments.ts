/** `program_arguments`: told what is wrong in them, and what they say to the engine. */
import { argumentReferences } from '../../arguments/bind.ts';
import { parseProgramArguments } from '../../arguments/parse.ts';
import { type EngineSettings, engineSettings, type Known } from '../../arguments/predefined.ts';
import type { ProgramArgument } from '../../arguments/types.ts';
import { literalText, type Reference } from '../../expressions.ts';
import { dotted, type Place } from '../../findings.ts';
import type { Literal } from '../../types.ts';
import { checkReferences, type OwnNames } from './own-references.ts';

export interface ArgumentNames extends OwnNames {
  /** Inputs whose literal is known; undefined: given, and not known yet. */
  readonly literals: ReadonlyMap<string, Literal | undefined>;
  readonly role: 'definition' | 'use';
  /** Of a component by itself: gathers what waits for the values of inputs. */
  readonly deferred: Set<string> | undefined;
}

export interface BuiltArguments {
  readonly given: readonly ProgramArgument[];
  readonly engine: EngineSettings;
}

/**
 * `base`: those of the component that the step was made from, for a step without its own. What is bound to inputs in them is
 * read with the values of this use.
 */
export function readArguments(
  raw: string | undefined,
  base: readonly ProgramArgument[] | undefined,
  names: ArgumentNames,
  place: Place,
): BuiltArguments {
  const given = raw === undefined ? (base ?? []) : parse(raw, names, place);
  const engine = engineSettings(given, (reference) => known(reference, names));
  // Of a component's own arguments its definition may have told it, at a better place.
  const told = raw === undefined ? place.findings.problems.map(({ message }) => message) : [];
  for (const mistake of engine.mistakes) if (!told.includes(mistake)) place.error('invalid-argument', mistake);
  // A definition's own are read again with the values of each use.
  if (names.role === 'definition') return { given, engine };
  if (names.deferred !== undefined && boundToInputs(given)) names.deferred.add(dotted(place.path));
  for (const mistake of engine.unknown) {
    if (names.deferred === undefined)
      place.error('setting-not-literal', mistake, 'Predefined arguments must be known before the job starts.');
  }
  return { given, engine };
}

/** Whether what the engine is told depends on inputs. */
function boundToInputs(given: readonly ProgramArgument[]): boolean {
  const single = given.flatMap((argument) => (argument.kind === 'optional' ? argument.arguments : [argument]));
  return argumentReferences(single.filter(({ kind }) => kind === 'engine')).length > 0;
}

function parse(raw: string, names: OwnNames, place: Place): readonly ProgramArgument[] {
  const parsed = parseProgramArguments(raw);
  for (const { code, message, hint } of parsed.mistakes) place.error(code, message, hint);
  for (const { code, message, hint } of parsed.warnings) place.warn(code, message, hint);
  checkReferences(argumentReferences(parsed.arguments), names, place);
  return parsed.arguments;
}

function known(reference: Reference, { literals }: ArgumentNames): Known {
  if (reference.scope !== 'input') return 'unknown';
  const literal = literals.get(reference.name);
  if (literal !== undefined) return { text: literalText(literal) };
  return literals.has(reference.name) ? 'unknown' : 'absent';
}
