/** The interpreter that an environment is made on. */
import { RequestError } from '../../errors/types.ts';
import { type ResolvedInterpreter, resolveInterpreter } from '../interpreter.ts';
import { choosePython, findPythons } from './pythons.ts';
import type { Recipe } from './recipe.ts';

export interface Base {
  readonly base: ResolvedInterpreter;
  /** Where it is not what was asked for. */
  readonly notice?: string;
}

/** @throws RequestError where there is none, or none of the version asked for and `PARALLELRUN_STRICT_ENVIRONMENT` is set */
export async function basePython({ python }: Recipe, environmentVariables: Readonly<Record<string, string>>): Promise<Base> {
  if (python === undefined) return { base: await resolveInterpreter(environmentVariables) };
  const found = await findPythons(environmentVariables, python.range);
  const choice = choosePython(found, python.range);
  if (choice.kind === 'fits') return { base: choice.interpreter };
  const { text, place } = python.from;
  const asked = `The environment asks for ${text}${place === undefined ? '' : ` (${place})`}`;
  const there = [...new Set(found.map(({ version }) => version))].join(', ');
  const strict = /^(?:1|true|on|yes)$/i.test(environmentVariables.PARALLELRUN_STRICT_ENVIRONMENT ?? '');
  if (choice.kind === 'none' || strict) {
    throw new RequestError({
      code: 'no-such-python',
      message: `${asked}; this machine has ${there === '' ? 'no Python that can be used' : `Python ${there}`}.`,
      hint: `Install Python ${python.range.version}${choice.kind === 'none' ? '' : ', or leave --strict-environment out to take the nearest'}.`,
    });
  }
  const { interpreter } = choice;
  return {
    base: interpreter,
    notice: `${asked}; the nearest on this machine is taken: Python ${interpreter.version} (${interpreter.python}).`,
  };
}
