/** What a script is started with, and what its arguments name. */
import { type Reference, references, renderTemplate } from '../expressions.ts';
import type { ProgramArgument, SingleArgument } from './types.ts';

/**
 * The argument array of the script with every reference put in. A value is always part of one argument, whatever spaces or
 * quotes it holds; an optional section whose reference has no value is left out.
 */
export function scriptArguments(given: readonly ProgramArgument[], resolve: (reference: Reference) => string | undefined): string[] {
  return given.flatMap((argument): string[] => {
    if (argument.kind === 'optional') {
      const missing = argumentReferences(argument.arguments).some(({ reference }) => resolve(reference) === undefined);
      return missing ? [] : scriptArguments(argument.arguments, resolve);
    }
    return argument.kind === 'script' ? [renderTemplate(argument.parts, resolve)] : [];
  });
}

/** Without what configures the engine. */
export function ofScript(given: readonly ProgramArgument[]): readonly ProgramArgument[] {
  return given.flatMap((argument): readonly ProgramArgument[] => {
    if (argument.kind !== 'optional') return argument.kind === 'script' ? [argument] : [];
    const kept = argument.arguments.filter(({ kind }) => kind === 'script');
    return kept.length === 0 ? [] : [{ kind: 'optional', arguments: kept }];
  });
}

/** Every reference, those of the engine's arguments too, with whether it stands in an optional section. */
export function argumentReferences(given: readonly ProgramArgument[]): ReturnType<typeof references> {
  return given.flatMap((argument) =>
    argument.kind === 'optional' ? argument.arguments.flatMap((inner) => references(partsOf(inner), true)) : references(partsOf(argument)),
  );
}

function partsOf(argument: SingleArgument) {
  return argument.kind === 'script' ? argument.parts : argument.value;
}
