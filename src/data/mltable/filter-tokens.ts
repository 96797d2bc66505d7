/** The words of a filter expression. `at` counts from 0. */
export type Token =
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'sign'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly at: number };

/** A filter expression that cannot be read; `at` is where, from 0. */
export class FilterSyntaxError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const pattern =
  /\s+|([A-Za-z_]\w*)|(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(==|!=|<=|>=|[<>()+\-*/%.,])/gy;

export function tokens(expression: string): readonly Token[] {
  const found: Token[] = [];
  pattern.lastIndex = 0;
  for (let at = 0; at < expression.length; at = pattern.lastIndex) {
    const match = pattern.exec(expression);
    if (match === null) throw new FilterSyntaxError(`${JSON.stringify(expression[at])} has no meaning here`, at);
    const [, name, number, text, sign] = match;
    if (name !== undefined) found.push({ kind: 'name', text: name, at });
    else if (number !== undefined) found.push({ kind: 'number', value: Number(number), at });
    else if (text !== undefined) found.push({ kind: 'text', value: unquote(text), at });
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign, at });
  }
  found.push({ kind: 'end', at: expression.length });
  return found;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter);
}
