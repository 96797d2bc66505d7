/** The text of program arguments as tokens: quotes are understood, nothing is expanded, and a `${{ … }}` is never split. */
import { parseTemplate, type TemplatePart } from '../expressions.ts';

export type Token =
  /** Quoted text is there also when it is empty. */
  | { readonly kind: 'text'; readonly text: string }
  | Extract<TemplatePart, { kind: 'reference' }>
  /** White space between arguments. */
  | { readonly kind: 'gap' }
  /** `$[[ … ]]` */
  | { readonly kind: 'section'; readonly tokens: readonly Token[] };

export type Scanned =
  | { readonly kind: 'tokens'; readonly tokens: readonly Token[] }
  | {
      readonly kind: 'unclosed';
      readonly quote: Quote /** The section that the quote leaves open or closes. */;
      readonly inSection: boolean;
    };

type Quote = '"' | "'";

/** Words as a POSIX shell would split them: quotes group, a backslash takes the next character as it is. */
export function scan(text: string): Scanned {
  return scanParts(parseTemplate(text), undefined);
}

function scanParts(parts: readonly TemplatePart[], open: Quote | undefined): Scanned {
  const tokens: Token[] = [];
  let quote = open;
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'text') quote = scanText(part.text, quote, index === parts.length - 1, tokens);
    else if (part.kind === 'reference') tokens.push(part);
    else {
      const inner = scanParts(part.parts, quote);
      if (inner.kind === 'unclosed') return { ...inner, inSection: true };
      tokens.push({ kind: 'section', tokens: inner.tokens });
    }
  }
  if (quote !== open) return { kind: 'unclosed', quote: quote ?? open ?? '"', inSection: false };
  return { kind: 'tokens', tokens };
}

/** @returns the quote that is open at its end. */
function scanText(text: string, open: Quote | undefined, isLast: boolean, tokens: Token[]): Quote | undefined {
  let quote = open;
  let plain: string | undefined;
  const add = (character: string): void => {
    plain = (plain ?? '') + character;
  };
  const flush = (): void => {
    if (plain !== undefined) tokens.push({ kind: 'text', text: plain });
    plain = undefined;
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === '\\' && quote === '"' && (next === '"' || next === '\\')) {
        add(next);
        index += 1;
      } else add(character);
    } else if (character === '"' || character === "'") {
      quote = character;
      add('');
    } else if (character === '\\' && !(next === '' && isLast)) {
      if (next !== '\n') add(next);
      index += 1;
    } else if (/\s/.test(character)) {
      flush();
      if (tokens.at(-1)?.kind !== 'gap') tokens.push({ kind: 'gap' });
    } else add(character);
  }
  flush();
  return quote;
}
