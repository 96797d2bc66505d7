import { RequestError } from '../../errors/types.ts';

/**
 * The part of JMESPath that scripts use with `--query`: names between dots, `[2]`, `[-1]`, and `[]` or `[*]` for each element.
 * What is not there is null. @throws RequestError for any other expression.
 */
export function query(value: unknown, expression: string): unknown {
  const parts = expression.match(/\.?(?:[A-Za-z_]\w*|"[^"]+")|\[(?:-?\d+|\*)?\]/g) ?? [];
  if (expression === '' || parts.join('') !== expression) {
    throw new RequestError({
      code: 'bad-query',
      message: `--query takes names between dots, [n] and [] (steps.score.status, [].name); found ${JSON.stringify(expression)}.`,
      hint: 'For more, pipe --output json into jq.',
    });
  }
  return follow(value, parts);
}

function follow(value: unknown, parts: readonly string[]): unknown {
  const [part, ...rest] = parts;
  if (part === undefined) return value;
  if (part === '[]' || part === '[*]') return Array.isArray(value) ? value.map((each) => follow(each, rest)) : null;
  if (part.startsWith('[')) return Array.isArray(value) ? follow(value.at(Number(part.slice(1, -1))) ?? null, rest) : null;
  const name = part.replace(/^\./, '').replaceAll('"', '');
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
  return follow((value as Readonly<Record<string, unknown>>)[name], rest);
}
