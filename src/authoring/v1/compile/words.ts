import { literalText } from '../../../language/expressions.ts';
import type { Literal } from '../../../language/types.ts';

/** A value as one word of a command line, for bash and for program arguments alike. */
export function word(value: Literal): string {
  const text = literalText(value);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
