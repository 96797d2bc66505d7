/** Program arguments: one line of text becomes an argument array, without a shell. */
import { RequestError } from '../errors/types.ts';
import { parseTemplate, type Reference, references, renderTemplate } from './expressions.ts';

/**
 * Words as a POSIX shell would split them: quotes group, a backslash takes the next character as it is. Nothing is expanded,
 * and a `${{ … }}` is never split. Throws a RequestError when a quote is not closed.
 */
export function splitProgramArguments(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    const expression = text.startsWith('${{', index) ? text.indexOf('}}', index) : -1;
    if (expression > 0) {
      word = (word ?? '') + text.slice(index, expression + 2);
      index = expression + 1;
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === '\\' && quote === '"' && (next === '"' || next === '\\')) {
        word = (word ?? '') + next;
        index += 1;
      } else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\' && next !== '') {
      if (next !== '\n') word = (word ?? '') + next;
      index += 1;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) {
    throw new RequestError({ code: 'unclosed-quote', message: `program_arguments has a ${quote} that is not closed: ${text}` });
  }
  if (word !== undefined) words.push(word);
  return words;
}

/**
 * The argument array with every reference put in. A value is always part of one argument, whatever spaces or quotes it
 * holds; an optional section whose reference has no value is left out.
 */
export function bindProgramArguments(text: string, resolve: (reference: Reference) => string | undefined): string[] {
  const kept = parseTemplate(text)
    .map((part) => {
      if (part.kind !== 'optional') return part.text;
      const missing = references(part.parts).some(({ reference }) => resolve(reference) === undefined);
      return missing ? '' : part.parts.map((inner) => inner.text).join('');
    })
    .join('');
  return splitProgramArguments(kept).map((word) => renderTemplate(parseTemplate(word), resolve));
}
