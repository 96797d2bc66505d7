/** What the installer said, and which lines of the specification it said it of. */
import { LastingError, RequestError } from '../../errors/types.ts';
import type { ResolvedInterpreter } from '../interpreter.ts';
import { normalise } from '../packages.ts';
import { isInRange } from './conda.ts';
import { packageOf, type Recipe, type Wish } from './recipe.ts';

/** Lines of the installer's words that are told. */
const most = 20;

/** Where no versions fit one another, trying again would end the same way. */
export function buildError({ wishes, python }: Recipe, base: ResolvedInterpreter, printed: string): RequestError {
  const words = printed
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !line.startsWith('Using Python '));
  const told = words.length > most ? [...words.slice(0, most), `… ${words.length - most} more lines`] : words;
  const blamed = blamedIn(wishes, printed);
  const lines = blamed.map(({ from }) => `  ${from.place === undefined ? '' : `${from.place}: `}${from.text}`);
  const where = lines.length === 0 ? '' : `\nIt speaks of:\n${lines.join('\n')}`;
  const other = python !== undefined && !isInRange(python.range, base.version) ? otherPython(python, base) : '';
  const Kind = printed.includes('No solution found') ? LastingError : RequestError;
  return new Kind({
    code: 'environment-not-made',
    message: `The environment cannot be made. The installer (uv) says:\n${told.map((line) => `  ${line}`).join('\n')}${where}${other}`,
    hint: '\nMend the environment, or run with what is installed on this machine: --environment system.',
  });
}

/** Old packages have no files for newer interpreters: most often that is all that is wrong. */
function otherPython({ range, from }: NonNullable<Recipe['python']>, { version }: ResolvedInterpreter): string {
  const place = from.place === undefined ? '' : ` (${from.place})`;
  return `\nIt asks for ${from.text}${place} and was tried with Python ${version}, the nearest on this machine. With Python ${range.version} it may work: install that (uv python install ${range.version}, or pyenv), and run the job again.`;
}

/** Those whose package is named, those named first coming first. */
function blamedIn(wishes: readonly Wish[], printed: string): readonly Wish[] {
  const words = new Set([...printed.matchAll(/[A-Za-z0-9][\w.-]*/g)].map(([word]) => normalise(word)));
  return wishes.filter(({ line }) => packageOf(line) !== '' && words.has(packageOf(line)));
}
